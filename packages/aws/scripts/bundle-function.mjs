// Bundles the worker into one zip: node scripts/bundle-function.mjs [OUTPUT.zip], from the sources.
// The zip is the same for the same sources: files in order of name, without times.
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateRawSync } from "node:zlib";
import { build } from "esbuild";

const output = process.argv[2] ?? fileURLToPath(new URL("../dist/function.zip", import.meta.url));

const { outputFiles } = await build({
  entryPoints: { index: fileURLToPath(new URL("../src/worker/handler.ts", import.meta.url)) },
  conditions: ["@zagg/source"],
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  splitting: true,
  minify: true,
  mainFields: ["module", "main"],
  outdir: "out",
  outExtension: { ".js": ".mjs" },
  banner: { js: "import{createRequire}from'module';const require=createRequire(import.meta.url);" },
  // On Lambda the credentials are in the environment; the standard chain is never loaded there.
  external: ["@aws-sdk/credential-providers"],
  write: false,
  logLevel: "warning",
});

const files = outputFiles
  .map(({ path, contents }) => ({ name: basename(path), bytes: Buffer.from(contents) }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const zip = zipOf(files);
mkdirSync(dirname(resolve(output)), { recursive: true });
writeFileSync(output, zip);

/** A zip (PKWARE APPNOTE 4.3) whose entries have the earliest time there is, 1980-01-01. */
function zipOf(entries) {
  const locals = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes, { level: 9 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version needed
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt16LE(0x21, 8); // date
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    locals.push(Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed);
    const entry = Buffer.alloc(20);
    entry.writeUInt16LE(0, 0); // comment, disk, attributes follow
    entry.writeUInt32LE(0o100644 * 0x10000, 6);
    entry.writeUInt32LE(offset, 10);
    const made = Buffer.from([20, 3]); // by Unix, so that the attributes are its modes
    directory.push(Buffer.from("PK\x01\x02"), made, common, entry.subarray(0, 14), Buffer.from(name));
    offset += 4 + common.length + Buffer.byteLength(name) + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
