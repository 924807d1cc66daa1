// A Lambda runtime: asks the Runtime API for invocations and calls the handler, until it is killed.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const [file, name] = _HANDLER.split(".");

function errorBody(error) {
  const { name: errorType = "Error", message: errorMessage = String(error), stack = "" } = error ?? {};
  return JSON.stringify({ errorType, errorMessage, trace: stack.split("\n") });
}

const post = (path, body) => fetch(`${api}${path}`, { method: "POST", body });

let handler;
try {
  handler = (await import(pathToFileURL(`${LAMBDA_TASK_ROOT}/${file}.mjs`).href))[name];
} catch (error) {
  console.error(error);
  await post("/init/error", errorBody(error));
  process.exit(1);
}

for (;;) {
  const next = await fetch(`${api}/invocation/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const deadline = Number(next.headers.get("lambda-runtime-deadline-ms"));
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: next.headers.get("lambda-runtime-invoked-function-arn"),
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const answer = await handler(await next.json(), context);
    await post(`/invocation/${id}/response`, JSON.stringify(answer ?? null));
  } catch (error) {
    console.error(error);
    await post(`/invocation/${id}/error`, errorBody(error));
  }
}
