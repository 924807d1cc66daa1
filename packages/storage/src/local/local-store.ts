import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, realpath, rename, rmdir, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { StorageError } from "../errors.js";
import { throwIfAborted } from "../range.js";
import type { OpenSource } from "../source.js";
import { checkKey, checkLength, type PutOptions, type Store, type StoredObject } from "../store.js";
import { checkPart, rangeOf } from "../store-part.js";
import { checkReplaced, checkVersion } from "../version.js";
import { fileError } from "./file-errors.js";
import { fileSource } from "./file-source.js";

export interface LocalStoreOptions {
  /** Refuses (`denied`) to read what a link leads to outside the folder. Default false. */
  readonly keepInside?: boolean;
  /** Folder for files being written, on the same file system as the root. Default: `<root>.tmp`. */
  readonly tmp?: string;
}

/**
 * A folder as a store. Puts go to a temporary file and are renamed, so nothing half-written ever lies under
 * the root; folders appear when needed and go when the last key in them is deleted. Nothing is fsynced: after
 * a power cut the newest objects may be missing or empty.
 *
 * @example
 * const store = localStore("folder");
 * await store.put("a/b.txt", new TextEncoder().encode("hello"));
 * (await store.head("a/b.txt"))?.size; // => 5
 */
export function localStore(root: string, options: LocalStoreOptions = {}): Store {
  const folder = resolve(root);
  const tmp = resolve(options.tmp ?? `${folder}.tmp`);

  function pathOf(key: string): string {
    checkKey(root, key);
    return join(folder, key);
  }

  /** Where a file is read. */
  async function place(path: string): Promise<string> {
    if (!options.keepInside) return path;
    const [inside, found] = await Promise.all([realpath(folder), realpath(path)]);
    if (found.startsWith(`${inside}${sep}`)) return found;
    throw new StorageError("denied", path, "a link leads out of the folder, and is not followed here");
  }

  async function putOnce(
    path: string,
    bytes: Uint8Array,
    { ifMatch, ifNoneMatch }: PutOptions,
  ): Promise<void> {
    const temporary = join(tmp, randomUUID());
    try {
      await inFolderOf(temporary, () => writeFile(temporary, bytes));
      const there = ifMatch && (await reading(path, place, (source) => source.version()));
      checkReplaced(path, ifMatch, there);
      // A link fails when the name is taken; a rename would replace it.
      await inFolderOf(path, () => (ifNoneMatch === "*" ? link(temporary, path) : rename(temporary, path)));
    } finally {
      await unlink(temporary).catch(() => undefined); // what was renamed is not there any more
    }
  }

  return {
    url: root,
    async put(key, bytes, putOptions = {}) {
      const path = pathOf(key);
      throwIfAborted(path, putOptions);
      for (let tries = 1; ; tries++) {
        try {
          return await putOnce(path, bytes, putOptions);
        } catch (error) {
          // Others may have removed the whole folder, with what was being written in it.
          if (!isSystemError(error, "ENOENT") || tries === FOLDER_TRIES) throw fileError(path, error);
        }
      }
    },
    async get(key, getOptions) {
      return reading(pathOf(key), place, async (source) => {
        const size = await source.size();
        checkLength(source.url, size, getOptions);
        return source.read(0, size, getOptions);
      });
    },
    async getRange(key, offset, length, readOptions) {
      return reading(pathOf(key), place, (source) => source.read(offset, length, readOptions));
    },
    async getPart(key, part, partOptions) {
      return reading(pathOf(key), place, async (source) => {
        checkPart(source.url, part);
        const version = await source.version();
        checkVersion(source.url, partOptions?.version, version);
        const { offset, length } = rangeOf(source.url, part, version.size);
        return { bytes: await source.read(offset, length, partOptions), version };
      });
    },
    async head(key) {
      return absentAsUndefined(pathOf(key), async (path) => {
        const found = await stat(path);
        return found.isFile() ? { key, size: found.size } : undefined;
      });
    },
    list: (prefix) => walk(folder, prefix.slice(0, prefix.lastIndexOf("/") + 1), prefix),
    async delete(keys) {
      const folders = new Set<string>();
      for (const key of keys) {
        const path = pathOf(key);
        await absentAsUndefined(path, unlink);
        folders.add(dirname(path));
      }
      for (const path of folders) await removeEmpty(path, folder);
    },
  };
}

/** Others may remove an empty folder between our making it and our using it, again and again. */
const FOLDER_TRIES = 50;

/** Runs `write`, making the folder of `path` when it is missing. */
async function inFolderOf(path: string, write: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      if (tries > 1) await makeFolder(dirname(path));
      return await write();
    } catch (error) {
      if (!isSystemError(error, "ENOENT") || tries === FOLDER_TRIES) throw error;
    }
  }
}

/**
 * Makes a folder and those above it. Not `mkdir` with `recursive`: that never returns where the system says ENOENT
 * under a folder that is there, as it does below /proc.
 */
async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path).catch(ignore("EEXIST"));
  try {
    await make();
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
    await makeFolder(dirname(path));
    await make();
  }
}

function ignore(code: string): (error: unknown) => void {
  return (error) => {
    if (!isSystemError(error, code)) throw error;
  };
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function absentAsUndefined<T>(
  path: string,
  read: (path: string) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read(path);
  } catch (error) {
    const typed = fileError(path, error);
    if (typed instanceof StorageError && typed.code === "not-found") return undefined;
    throw typed;
  }
}

/** Reads of the file at `path`; undefined where there is none. */
function reading<T>(
  path: string,
  place: (path: string) => Promise<string>,
  read: (source: OpenSource) => Promise<T>,
): Promise<T | undefined> {
  return absentAsUndefined(path, async () => {
    const source = fileSource(await place(path));
    try {
      return await read(source);
    } finally {
      await source.close();
    }
  });
}

/**
 * What lies below a folder, through links too: what can be got by its key is listed. `inside` is "" or a key prefix that
 * ends in "/". `above` are the folders, by their real paths, through which links have led here: one that leads back into
 * them is a circle, and not followed.
 */
async function* walk(
  root: string,
  inside: string,
  prefix: string,
  above: readonly string[] = [],
): AsyncGenerator<StoredObject> {
  const path = join(root, inside);
  const entries = (await absentAsUndefined(path, (folder) => readdir(folder, { withFileTypes: true }))) ?? [];
  const found = await Promise.all(
    entries.map(async (entry) => {
      const isLink = entry.isSymbolicLink();
      const isFolder = entry.isDirectory() || (isLink && (await isFolderAt(join(path, entry.name))));
      // A folder sorts as its keys do: with the slash ("a-b" before "a/b").
      return { key: `${inside}${entry.name}${isFolder ? "/" : ""}`, isFolder, isLink };
    }),
  );
  for (const { key, isFolder, isLink } of found.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue;
    if (isFolder) {
      const through = isLink ? await throughLink(join(root, key), path, above) : above;
      if (through) yield* walk(root, key, prefix, through);
    } else if (key.startsWith(prefix)) {
      const file = await absentAsUndefined(join(root, key), (file) => stat(file));
      // Pipes and devices too: they take a key, though nothing is to be got by it.
      if (file && !file.isDirectory()) yield { key, size: file.isFile() ? file.size : 0 };
    }
  }
}

async function isFolderAt(path: string): Promise<boolean> {
  return (await absentAsUndefined(path, (target) => stat(target)))?.isDirectory() ?? false;
}

/** `above` with the folder that holds a link; undefined where the link leads back into one of them. */
async function throughLink(
  link: string,
  folder: string,
  above: readonly string[],
): Promise<readonly string[] | undefined> {
  const target = await realpath(link);
  const through = [...above, await realpath(folder)];
  return through.some((each) => each === target || each.startsWith(`${target}${sep}`)) ? undefined : through;
}

async function removeEmpty(path: string, root: string): Promise<void> {
  for (let folder = path; folder.length > root.length; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}
