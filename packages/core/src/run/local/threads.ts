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

/** What a thread says before its answer. */
export interface Aside<T> {
  readonly aside: T;
}

/**
 * No thread is started before there is a task for it; those that have answered wait for the next. `onAside` is told what
 * threads say besides their answers.
 */
export function startThreads<Task, Answer, Said = never>(
  script: URL,
  options: WorkerOptions,
  onAside: (said: Said) => void = () => undefined,
): Threads<Task, Answer> {
  const living = new Set<Worker>();
  const idle = new Set<Worker>();

  function start(): Worker {
    const thread = new Worker(script, options);
    const end = (): void => {
      living.delete(thread);
      idle.delete(thread);
    };
    living.add(thread);
    thread.on("error", end).on("exit", end);
    thread.on("message", (message: Answer | Aside<Said>) => {
      if (isAside(message)) onAside(message.aside);
    });
    return thread;
  }

  return {
    async run(task) {
      const [thread = start()] = idle;
      idle.delete(thread);
      thread.postMessage(task);
      const answer = await answerOf<Answer>(thread);
      if (living.has(thread)) idle.add(thread);
      return answer;
    },
    async close() {
      await Promise.all([...idle].map((thread) => thread.terminate()));
    },
  };
}

function isAside<Said>(message: unknown): message is Aside<Said> {
  return typeof message === "object" && message !== null && "aside" in message;
}

/** The thread's next answer. An error may overtake it, for it comes by another port: only its end is final. */
function answerOf<Answer>(thread: Worker): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let cause: unknown;
    const keep = (error: unknown): void => {
      cause = error;
    };
    const fail = (code: number): void => settle(() => reject(cause ?? new Error(`exit code ${code}`)));
    const answer = (value: Answer | Aside<unknown>): void => {
      if (!isAside(value)) settle(() => resolve(value));
    };
    function settle(outcome: () => void): void {
      thread.off("message", answer).off("error", keep).off("exit", fail);
      outcome();
    }
    thread.on("message", answer).on("error", keep).on("exit", fail);
  });
}
