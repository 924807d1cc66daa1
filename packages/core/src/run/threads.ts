import { once } from "node:events";
import { Worker, type WorkerOptions } from "node:worker_threads";

/** Threads of one script that answer a task with a message, one at a time each. */
export interface Threads<Task, Answer> {
  /** Gives the task to an idle thread, or to a new one. Rejects with what ended the thread, if that comes first. */
  run(task: Task): Promise<Answer>;
  /**
   * Ends the idle threads. They have all answered before, so that none is still loading its modules: Node 20 aborts
   * the whole process where it ends a thread that links them.
   */
  close(): Promise<void>;
}

/** No thread is started before there is a task for it; those that have answered wait for the next. */
export function startThreads<Task, Answer>(script: URL, options: WorkerOptions): Threads<Task, Answer> {
  const idle = new Set<Worker>();

  function start(): Worker {
    const thread = new Worker(script, options);
    thread.on("error", () => idle.delete(thread));
    thread.on("exit", () => idle.delete(thread));
    return thread;
  }

  return {
    async run(task) {
      const [thread = start()] = idle;
      idle.delete(thread);
      thread.postMessage(task);
      const answer = await answerOf<Answer>(thread);
      idle.add(thread);
      return answer;
    },
    async close() {
      await Promise.all([...idle].map((thread) => thread.terminate()));
    },
  };
}

async function answerOf<Answer>(thread: Worker): Promise<Answer> {
  const answered = new AbortController();
  const { signal } = answered;
  try {
    return await Promise.race([
      once(thread, "message", { signal }).then(([answer]) => answer),
      once(thread, "exit", { signal }).then(([code]) => {
        throw new Error(`exit code ${code}`);
      }),
    ]);
  } finally {
    answered.abort();
  }
}
