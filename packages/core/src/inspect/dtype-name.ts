import type { Datatype } from "@zagg/hdf5";

/** Members of a compound that are named. */
const MOST_MEMBERS = 20;

/**
 * The name of a type: numpy's for numbers (`>` where its bytes are in the other order), else HDF5's.
 *
 * @example dtypeName({ class: "float", size: 4, littleEndian: true }); // => "float32"
 */
export function dtypeName(dtype: Datatype): string {
  switch (dtype.class) {
    case "integer":
      return `${dtype.littleEndian || dtype.size === 1 ? "" : ">"}${dtype.signed ? "int" : "uint"}${8 * dtype.size}`;
    case "float":
      return `${dtype.littleEndian ? "" : ">"}float${8 * dtype.size}`;
    case "bitfield":
      return `bitfield${8 * dtype.size}`;
    case "enum": {
      const names = dtype.members.slice(0, MOST_MEMBERS).map(({ name }) => name);
      return `enum(${dtypeName(dtype.base)}: ${names.join(", ")}${dtype.members.length > MOST_MEMBERS ? ", …" : ""})`;
    }
    case "string":
      return `string${dtype.size}`;
    case "variable-string":
      return "string";
    case "compound": {
      const members = dtype.members
        .slice(0, MOST_MEMBERS)
        .map(({ name, type }) => `${name}: ${dtypeName(type)}`);
      return `compound(${members.join(", ")}${dtype.members.length > MOST_MEMBERS ? ", …" : ""})`;
    }
    case "sequence":
      return `sequence(${dtypeName(dtype.base)})`;
    case "array":
      return `${dtypeName(dtype.base)}[${dtype.shape.join(", ")}]`;
    case "reference":
      return `${dtype.to}-reference`;
    case "opaque":
      return `opaque${dtype.size}`;
    case "unsupported":
      return dtype.feature;
  }
}
