import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { startThreads } from "./threads.js";

type Answer = { readonly thread: number; readonly task: string };

/**
 * Answers with its thread and the task, unless that says to end; counts the threads that live, and their heartbeats, and
 * ends by an error once it is told to. Memory is filled by the megabyte: of small things Node 26 takes notice late, and
 * where one is larger than the limit Node 20 and 24 end the whole process.
 */
const SCRIPT = `
  import { parentPort, threadId, workerData } from "node:worker_threads";
  Atomics.add(workerData, 0, 1);
  process.on("exit", () => Atomics.sub(workerData, 0, 1));
  setInterval(() => {
    Atomics.add(workerData, 1, 1);
    if (Atomics.load(workerData, 2) === 1) throw new RangeError("thrown later");
  }, 1);
  parentPort.on("message", (task) => {
    if (task === "throw") throw new RangeError("thrown in the thread");
    if (task === "reject") Promise.reject(new RangeError("rejected in the thread"));
    else if (task === "exit") process.exit(3);
    else if (task === "fill") for (const held = []; ; ) held.push(new Array(2 ** 17).fill(0));
    else {
      if (task === "say, then answer") parentPort.postMessage({ aside: "said" });
      parentPort.postMessage({ thread: threadId, task });
    }
    if (task === "answer, then throw") throw new RangeError("thrown later");
  });`;

/** For a machine that is busy with something else. */
const PATIENT = { timeout: 60_000 };

const url = (script: string) => new URL(`data:text/javascript,${encodeURIComponent(script)}`);
const newCounts = () => new Int32Array(new SharedArrayBuffer(12));
const threadsOf = (script: string, living = newCounts(), onAside?: (said: string) => void) => {
  const options = { workerData: living, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 32 } };
  return startThreads<string, Answer, string>(url(script), options, onAside);
};

test("tasks at the same time have a thread each; later ones take those that are idle", async () => {
  const threads = threadsOf(SCRIPT);
  const first = await Promise.all(["a", "b", "c"].map((task) => threads.run(task)));
  const second = await Promise.all(["d", "e", "f"].map((task) => threads.run(task)));
  expect(first.map(({ task }) => task)).toEqual(["a", "b", "c"]);
  expect(second.map(({ task }) => task)).toEqual(["d", "e", "f"]);
  const ids = (answers: readonly Answer[]) => new Set(answers.map(({ thread }) => thread));
  expect(ids(first).size).toBe(3);
  expect(ids(second)).toEqual(ids(first));
  await threads.close();
});

test("what a thread says aside is told, and is not its answer", async () => {
  const said: string[] = [];
  const threads = threadsOf(SCRIPT, newCounts(), (text) => said.push(text));
  await expect(threads.run("say, then answer")).resolves.toMatchObject({ task: "say, then answer" });
  expect(said).toEqual(["said"]);
  await threads.close();
});

test.each([
  ["throw", { name: "RangeError", message: "thrown in the thread" }],
  ["reject", { name: "RangeError", message: "rejected in the thread" }],
  ["exit", { message: "exit code 3" }],
  ["fill", { code: "ERR_WORKER_OUT_OF_MEMORY" }],
])("a thread that ends by %s fails its task alone", async (task, error) => {
  const threads = threadsOf(SCRIPT);
  const other = threads.run("other");
  await expect(threads.run(task)).rejects.toMatchObject(error);
  await expect(other).resolves.toMatchObject({ task: "other" });
  await expect(threads.run("next")).resolves.toMatchObject({ task: "next" });
  await threads.close();
});

test("a script that cannot be loaded fails the task", async () => {
  const threads = threadsOf("throw new TypeError('not today')");
  await expect(threads.run("a")).rejects.toMatchObject({ name: "TypeError", message: "not today" });
  await threads.close();
});

test("an idle thread that ends is not given a task", async () => {
  const living = newCounts();
  const threads = threadsOf(SCRIPT, living);
  const { thread } = await threads.run("first");
  Atomics.store(living, 2, 1);
  await vi.waitFor(() => expect(living[0]).toBe(0), PATIENT);
  Atomics.store(living, 2, 0);
  // Until the event of its end has come, a task may still meet that end, but never wait for ever.
  const next = await vi.waitFor(() => threads.run("next"), PATIENT);
  expect(next.task).toBe("next");
  expect(next.thread).not.toBe(thread);
  await threads.close();
});

test("an answer counts, even where the error that ended its thread is heard first", async () => {
  for (let round = 0; round < 10; round++) {
    const living = newCounts();
    const threads = threadsOf(SCRIPT, living);
    const { thread } = await threads.run("first");
    await sleep(1); // out of what gave the first answer, which would give the next as well
    const answer = threads.run("answer, then throw");
    // Nothing is heard here before the thread has ended; which is heard first then is chance.
    while (Atomics.load(living, 0) > 0) Atomics.wait(living, 0, 1, 10);
    Atomics.wait(living, 0, 0, 20);
    await expect(answer).resolves.toEqual({ thread, task: "answer, then throw" });
    await threads.close();
  }
});

test("threads are started for tasks only, and closing ends them", async () => {
  const counts = newCounts();
  const threads = threadsOf(SCRIPT, counts);
  await sleep(50);
  expect(counts[0]).toBe(0);
  await threads.run("a");
  expect(counts[0]).toBe(1);
  await vi.waitFor(() => expect(counts[1]).toBeGreaterThan(0), PATIENT);
  await threads.close();
  const heartbeats = counts[1];
  await sleep(50);
  expect(counts[1]).toBe(heartbeats);
});
