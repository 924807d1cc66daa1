import { corrupt, Hdf5Error, Hdf5UnsupportedError } from "../error.js";
import { rememberEach } from "../remember.js";
import { type Group, openGroup } from "./group.js";
import type { Metadata } from "./metadata.js";
import { readObjectHeader } from "./object-header.js";

/** Soft links that one path may go through; libhdf5's own limit. */
const MAX_SOFT_LINKS = 16;

/** Where an object was found: its address, and its path after soft links. */
interface Place {
  readonly address: number;
  readonly path: string;
}

/** From paths to addresses of object headers. */
export class Namespace {
  readonly #root: number;
  /**
   * The group whose header lies at this address; `undefined` if that is another kind of object. Kept by address, never by
   * path: a promise kept under the path of a soft link that leads to itself would wait for itself for ever.
   */
  readonly group: (address: number) => Promise<Group | undefined>;

  constructor(metadata: Metadata, root: number) {
    this.#root = root;
    this.group = rememberEach(async (address) =>
      openGroup(metadata, await readObjectHeader(metadata, address)),
    );
  }

  /** Address of the object at an absolute path. */
  async resolve(path: string): Promise<number> {
    let softLinks = 0;

    const walk = async (start: Place, names: readonly string[]): Promise<Place> => {
      let here = start;
      for (const name of names) {
        if (name === ".") continue;
        const group = await this.group(here.address);
        const path = here.path === "/" ? `/${name}` : `${here.path}/${name}`;
        const link = await group?.find(name);
        if (!link) throw missing(path, group === undefined ? here.path : undefined);
        if (link.kind === "external")
          throw new Hdf5UnsupportedError(`the external link ${path} to ${link.file}`);
        if (link.kind === "user-defined") throw new Hdf5UnsupportedError(`the user-defined link ${path}`);
        if (link.kind === "hard") here = { address: link.address, path };
        else {
          softLinks++;
          if (softLinks > MAX_SOFT_LINKS)
            throw corrupt(`more than ${MAX_SOFT_LINKS} soft links on the way: a circle?`);
          const base = link.target.startsWith("/") ? { address: this.#root, path: "/" } : here;
          here = await walk(base, link.target.split("/").filter(Boolean));
        }
      }
      return here;
    };

    const found = await walk({ address: this.#root, path: "/" }, path.split("/").filter(Boolean));
    return found.address;
  }
}

function missing(component: string, notGroup: string | undefined): Hdf5Error {
  const why = notGroup === undefined ? "does not exist" : `does not exist: ${notGroup} is not a group`;
  return new Hdf5Error("not-found", `${component} ${why}`, { component });
}
