import type { CellLayout } from "@zagg/map";
import {
  asFloats,
  labelOf,
  openProduct,
  type Product,
  ProductError,
  readValues,
  SHARD_STATES,
  type VariableLabel,
} from "@zagg/product";
import { httpStore } from "@zagg/storage";

/** A data variable of a product. */
export interface Variable extends VariableLabel {
  readonly name: string;
}

/** A product opened in the page. */
export interface ShownProduct {
  readonly product: Product;
  readonly layout: CellLayout;
  readonly variables: readonly Variable[];
  /** State of every shard, by its place in `SHARD_STATES`; all `written` for stores of 0.1.0. */
  readonly states: Uint8Array;
  /** Values of shard `k`, NaN where a cell has none; undefined where it has no chunk. */
  readShard(variable: Variable, k: number, signal?: AbortSignal): Promise<Float32Array | undefined>;
}

/** A page says soon what is wrong; whoever looks at it can try again. */
const RETRY = { baseMs: 300, capMs: 1000, budgetMs: 2000 };

/** Opens the product at an address, absolute or relative to `base`. Throws `ProductError` and `StorageError`. */
export async function openShown(address: string, base: string): Promise<ShownProduct> {
  const absolute = URL.canParse(address, base) ? new URL(address, base).href : address;
  const product = await openProduct(httpStore(absolute, { retry: RETRY }));
  const { spec, url } = product;
  const variables = Object.entries(spec.variables).map(([name, variable]) => ({
    name,
    ...labelOf(name, variable),
  }));
  if (variables.length === 0) {
    throw new ProductError("store", "no-variable", `${url} holds no data variable that could be shown`, {
      url,
    });
  }
  const unsaid = SHARD_STATES.indexOf(product.status ? "pending" : "written");
  return {
    product,
    layout: { ...spec.grid, shards: spec.shards },
    variables,
    states: (await product.states()) ?? new Uint8Array(spec.shards.length).fill(unsaid),
    async readShard({ name }, k, signal) {
      const values = await readValues(product, name, k, { signal });
      return values && new Float32Array(asFloats(values));
    },
  };
}
