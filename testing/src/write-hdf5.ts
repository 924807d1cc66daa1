import type { Group } from "h5wasm/node";

/** A dataset of a file that a test makes: its values in C order. */
export interface TestDataset {
  readonly values:
    | Int8Array
    | Int16Array
    | Int32Array
    | BigInt64Array
    | Float32Array
    | Float64Array
    | Uint8Array;
  /** Default: as many as values, in one dimension. */
  readonly shape?: readonly number[];
  readonly chunks?: readonly number[];
  readonly attributes?: Readonly<Record<string, string | Float64Array | Int32Array>>;
}

/** A soft link, or a hard one where its target has been made before. */
export interface TestLink {
  readonly link: string;
  readonly kind: "soft" | "hard";
}

/** Path → dataset, the attributes of a group, or a link; groups come with what lies in them. */
export type TestFile = Readonly<
  Record<string, TestDataset | TestLink | { readonly attributes: TestDataset["attributes"] }>
>;

/** Writes a file of any layout, as libhdf5 does. */
export async function writeHdf5(path: string, content: TestFile): Promise<void> {
  const { default: h5wasm } = await import("h5wasm/node");
  const library = await h5wasm.ready;
  library.activate_throwing_error_handler();
  const file = new h5wasm.File(path, "w");
  try {
    for (const [at, object] of Object.entries(content)) {
      if ("link" in object) {
        if (object.kind === "soft") file.create_soft_link(object.link, at);
        else file.create_hard_link(object.link, at);
        continue;
      }
      const parts = at.split("/").filter(Boolean);
      const name = "values" in object ? parts.pop() : undefined;
      const group = parts.reduce<Group>(
        (in_, part) => (in_.get(part) as Group | null) ?? in_.create_group(part),
        file,
      );
      const target = "values" in object ? dataset(group, name as string, object) : group;
      for (const [key, value] of Object.entries(object.attributes ?? {})) {
        if (typeof value === "string") target.create_attribute(key, value, [], `S${value.length}`);
        else target.create_attribute(key, value, [value.length], DTYPES[value.constructor.name] ?? "<d");
      }
    }
  } finally {
    file.close();
  }
}

const DTYPES: Readonly<Record<string, string>> = {
  Int8Array: "<b",
  Uint8Array: "<B",
  Int16Array: "<h",
  Int32Array: "<i",
  BigInt64Array: "<q",
  Float32Array: "<f",
  Float64Array: "<d",
};

function dataset(group: Group, name: string, { values, shape = [values.length], chunks }: TestDataset) {
  return group.create_dataset({
    name,
    data: values,
    shape: [...shape],
    dtype: DTYPES[values.constructor.name] as string,
    ...(chunks && { chunks: [...chunks], compression: "gzip", compression_opts: [6] }),
  });
}
