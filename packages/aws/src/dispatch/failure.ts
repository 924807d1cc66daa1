import { type ShardFailure, ZaggError, type ZaggErrorKind } from "@zagg/core";
import { ZAGG_ERROR_TYPE } from "../protocol.js";
import { isNetworkError } from "./network-error.js";

/**
 * Why an invocation gave no answer. `throttle` it did not start and may later · `refused` the worker says why the
 * run cannot go on · else the shard's: trying the same again would end the same.
 */
export type InvokeFailure =
  | { readonly kind: "throttle"; readonly message: string }
  | { readonly kind: "refused"; readonly error: ZaggError }
  | (ShardFailure & { readonly kind: "timeout" | "memory" | "crash" | "internal" });

/** Reads the error document of a function that ended without an answer (Lambda's own, or what the worker threw). */
export function functionFailure(payload: unknown): InvokeFailure {
  const { errorType = "Unknown", errorMessage = "" } = (payload ?? {}) as {
    errorType?: string;
    errorMessage?: string;
  };
  const [, kind, code] = ZAGG_ERROR_TYPE.exec(errorType) ?? [];
  if (kind && code)
    return { kind: "refused", error: new ZaggError(kind as ZaggErrorKind, code, errorMessage) };
  const message = errorMessage.replace(/^RequestId: \S+ (Error: )?/, "");
  if (errorType === "Sandbox.Timedout" || /Task timed out/.test(message)) {
    return { kind: "timeout", code: "function-timeout", message: `the function was ended: ${message}` };
  }
  if (errorType === "Runtime.OutOfMemory" || /signal: (killed|aborted)|heap out of memory/.test(message)) {
    const remedy = "give it more with zagg deploy --memory, or run with --memory-escalation";
    return { kind: "memory", code: "out-of-memory", message: `the function ran out of memory; ${remedy}` };
  }
  if (/^(Runtime|Extension|Sandbox)\./.test(errorType)) {
    return { kind: "crash", code: errorType, message: `the function crashed: ${message}` };
  }
  return { kind: "internal", code: errorType, message: `the worker failed: ${message}` };
}

/** Names of API errors that pass by themselves. */
const THROTTLES =
  /^(TooManyRequests|Throttling|Throttled|RequestLimitExceeded|ServiceException|ServiceUnavailable|EC2Throttled|ResourceNotReady|InternalFailure|InternalServerError)/;

/** What an error of the Lambda API means: those that pass are throttles, all others stop the run. */
export function apiFailure(error: unknown, functionName: string): InvokeFailure {
  const { name, message, $metadata } = error as Error & {
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  const passes = THROTTLES.test(name) || isNetworkError(error) || (status !== undefined && status >= 500);
  if (passes) return { kind: "throttle", message: `${name}: ${message}` };
  return { kind: "refused", error: apiError(name, message, functionName, error) };
}

function apiError(name: string, message: string, functionName: string, cause: unknown): ZaggError {
  const data = { functionName };
  if (name === "ResourceNotFoundException") {
    const remedy = "deploy it with zagg deploy, or name another with --function-name and --region";
    return new ZaggError("config", "no-function", `there is no function ${functionName}; ${remedy}`, data, {
      cause,
    });
  }
  if (name === "RequestTooLargeException") {
    const what = `the run's plan is too large for an invocation of ${functionName}`;
    return new ZaggError("config", "payload", `${what}; run it with --invoke event`, data, { cause });
  }
  const refused = `AWS refuses ${functionName}: ${name}: ${message}; check the AWS credentials of this machine`;
  return new ZaggError("auth", "aws-refused", refused, data, { cause });
}
