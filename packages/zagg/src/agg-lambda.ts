import type { CostEstimate, CostReport, LambdaRun, LambdaRunOptions } from "@zagg/aws";
import { type Plan, type RunOptions, type RunSummary, runPlan, ZaggError } from "@zagg/core";

/** Options of runs with `backend: "lambda"`; the others have no meaning for them. */
export interface LambdaOptions
  extends Pick<LambdaRunOptions, "functionName" | "region" | "invoke" | "memoryEscalation" | "maxCost"> {
  /** Told the cost before the first shard; the run starts only where the answer is true. Default: it starts. */
  readonly confirmCost?: (estimate: CostEstimate) => boolean | Promise<boolean>;
  /** Told the cost so far, after each shard. */
  readonly onCost?: (soFar: CostReport) => void;
  /** Secrets of the source that are lent to the workers. Default: those of the user's Earthdata login. */
  readonly sourceSecrets?: LambdaRunOptions["secrets"];
}

/** What a summary says of Lambda. */
export interface LambdaSummary extends CostReport {
  readonly function_name: string;
  readonly max_cost_usd: number;
  /** Whether shards are pending because the run has cost what it may. */
  readonly stopped_by_cost: boolean;
}

type Running = Omit<RunOptions, "backend" | "host"> & { readonly select: readonly number[] };

/** Runs a plan in a Lambda function. The AWS libraries are loaded here, and only then. */
export async function runOnLambda(
  plan: Plan,
  store: string,
  run: Running,
  options: LambdaOptions & Pick<LambdaRunOptions, "maxWorkers" | "onNotice" | "probe">,
): Promise<RunSummary & { readonly lambda: LambdaSummary }> {
  const { openLambdaRun } = await import("@zagg/aws");
  const lambda = await openLambdaRun(plan, store, { ...options, secrets: options.sourceSecrets });
  try {
    const limit = await agreedCost(lambda, run.select, options);
    await lambda.begin(limit);
    const summary = await runPlan(lambda.plan, {
      ...run,
      backend: lambda.backend,
      host: lambda.host,
      onProgress(progress) {
        run.onProgress?.(progress);
        options.onCost?.(lambda.cost());
      },
    });
    const cost = lambda.cost();
    return {
      ...summary,
      lambda: {
        function_name: lambda.functionName,
        ...cost,
        max_cost_usd: limit,
        stopped_by_cost: summary.pending > 0 && lambda.isOverBudget(),
      },
    };
  } finally {
    await lambda.backend.close();
  }
}

/**
 * What a run into `store` would cost in a function as `zagg deploy` makes it by default. Asks nobody; what could not run
 * there is refused, as the run would be.
 */
export async function estimateOnLambda(
  plan: Plan,
  store: string,
  selected: readonly number[],
): Promise<CostEstimate> {
  const { checkPlaces, DEPLOYED_SIZE, estimateCost } = await import("@zagg/aws");
  checkPlaces(plan, store);
  return estimateCost(plan, selected, DEPLOYED_SIZE);
}

async function agreedCost(
  lambda: LambdaRun,
  selected: readonly number[],
  options: LambdaOptions,
): Promise<number> {
  const estimate = lambda.estimate(selected);
  const { maxCost, confirmCost = () => true } = options;
  const ceiling = Math.min(estimate.ceiling, maxCost ?? Number.POSITIVE_INFINITY);
  if (await confirmCost({ ...estimate, ceiling })) return maxCost ?? estimate.ceiling;
  throw new ZaggError(
    "config",
    "cost-refused",
    `the run was not started: it may cost up to $${ceiling.toFixed(2)}`,
  );
}
