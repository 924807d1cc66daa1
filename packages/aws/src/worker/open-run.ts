import {
  defined,
  type GranuleProbe,
  granuleOpener,
  granuleProbe,
  hasSecretAddress,
  openStores,
  type Plan,
  type ShardContext,
  type SourceSecrets,
  shardContext,
  ZaggError,
} from "@zagg/core";
import { s3Problem, standardCredentials } from "@zagg/storage";
import { folderOf, getRun, getSecrets, type RunPointer } from "../run-document.js";

/** A run as its workers see it. */
export interface OpenRun {
  readonly folder: string;
  readonly plan: Plan;
  readonly context: ShardContext;
  readonly probe: GranuleProbe;
}

/** The run of the last invocation: compiled once, and only one is kept, so that memory stays flat. */
let last: { readonly key: string; readonly run: OpenRun } | undefined;

/** Opens the run that a pointer names. Stores are opened with the function's role, sources with the run's secrets. */
export async function openRun(pointer: RunPointer, bucket: string): Promise<OpenRun> {
  const folder = folderOf(pointer, bucket);
  const key = `${pointer.url} ${pointer.sha256}`;
  if (last?.key === key) return last.run;
  const { plan, store } = await getRun(pointer, bucket, standardCredentials);
  const run = compileRun(folder, plan, store);
  last = { key, run };
  return run;
}

/** A run that was just brought. */
export function compileRun(folder: string, plan: Plan, store: string): OpenRun {
  checkPlaces(plan, store);
  const open = granuleOpener(plan.config.dataSource.driver, undefined, runSecrets(folder));
  return {
    folder,
    plan,
    context: shardContext(plan, openStores(store), open),
    probe: granuleProbe(open),
  };
}

/** Only S3 and https: a worker's own disk and the addresses around it are nobody's granules. */
function checkPlaces(plan: Plan, store: string): void {
  const [bad] = plan.granules.filter(
    ({ file, s3, https }) =>
      file !== undefined ||
      (s3 !== undefined && s3Problem(s3, "object") !== undefined) ||
      !(https ?? "https://").startsWith("https://") ||
      hasSecretAddress(defined({ https })),
  );
  if (bad) {
    const message = `${bad.id} is not on S3 or https: workers in the cloud read from nowhere else`;
    throw new ZaggError("config", "granule-place", message, { granule: bad.id });
  }
  if (!store.startsWith("s3://")) {
    throw new ZaggError(
      "config",
      "store-place",
      `the store ${store} is not on S3: --store s3://bucket/prefix`,
    );
  }
}

/** The secrets that were put beside the plan; read again whenever they are about to expire. */
function runSecrets(folder: string): SourceSecrets {
  const read = () => getSecrets(folder, standardCredentials);
  return {
    async token() {
      const token = (await read())?.token;
      if (token !== undefined) return token;
      throw new Error("the run brought no Earthdata token for its workers");
    },
    s3: (url) => async () => {
      const found = (await read())?.s3[url];
      if (!found) throw new Error(`the run brought no credentials of ${url} for its workers`);
      const { expiration, ...keys } = found;
      return defined({ ...keys, expiration: expiration === undefined ? undefined : new Date(expiration) });
    },
  };
}
