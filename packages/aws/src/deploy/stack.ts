import { randomUUID } from "node:crypto";
import type { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Change,
  ChangeSetType,
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
} from "@aws-sdk/client-cloudformation";
import { isZaggError, ZaggError } from "@zagg/core";
import { httpsAgent } from "@zagg/storage";
import { isNetworkError } from "../dispatch/network-error.js";

/** A stack as it is. */
export interface Stack {
  readonly status: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** One resource that a change set touches. */
export interface ResourceChange {
  readonly action: string;
  readonly resource: string;
  readonly type: string;
  /** Whether it is made anew, and the old one removed. */
  readonly replacement: boolean;
}

export type Parameters = Readonly<Record<string, string>>;

/** One CloudFormation stack, changed through change sets only. */
export interface StackClient {
  /** Undefined where there is none, or only one under review. */
  describe(): Promise<Stack | undefined>;
  /** What `parameters` would change; nothing is done. */
  preview(parameters: Parameters): Promise<readonly ResourceChange[]>;
  /** Removes what a failed creation left: AWS lets such a stack be deleted only. Returns whether there was one. */
  clear(): Promise<boolean>;
  /** Carries the change out and waits for its end. */
  apply(parameters: Parameters): Promise<readonly ResourceChange[]>;
  delete(): Promise<void>;
  close(): void;
}

const POLL_MS = 2_000;

/** A stack whose creation failed: nothing in it works, and it cannot be updated. */
const LEFTOVER = /^(ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED)$/;

export function stackClient(name: string, region: string, template: string, pollMs = POLL_MS): StackClient {
  const client = new CloudFormationClient({
    region,
    requestHandler: { httpsAgent: httpsAgent({ keepAlive: true }) as Agent },
  });

  async function describe(): Promise<Stack | undefined> {
    const stack = await told(async () => {
      const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
      return Stacks[0];
    });
    if (!stack || stack.StackStatus === "REVIEW_IN_PROGRESS") return undefined;
    return {
      status: stack.StackStatus ?? "",
      parameters: Object.fromEntries(
        (stack.Parameters ?? []).map(({ ParameterKey = "", ParameterValue = "" }) => [
          ParameterKey,
          ParameterValue,
        ]),
      ),
      outputs: Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
      ),
    };
  }

  /** Makes a change set; undefined where nothing would change. */
  async function changeSet(
    parameters: Parameters,
  ): Promise<{ id: string; changes: ResourceChange[] } | undefined> {
    const exists = (await describe()) !== undefined;
    const { Id = "" } = await told(() =>
      client.send(
        new CreateChangeSetCommand({
          StackName: name,
          ChangeSetName: `zagg-${Date.now()}`,
          ChangeSetType: exists ? ChangeSetType.UPDATE : ChangeSetType.CREATE,
          TemplateBody: template,
          Capabilities: ["CAPABILITY_IAM"],
          Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
        }),
      ),
    );
    for (;;) {
      const set = await told(() =>
        client.send(new DescribeChangeSetCommand({ StackName: name, ChangeSetName: Id })),
      );
      const { Status = "", StatusReason = "", Changes = [] } = set;
      if (Status === "CREATE_COMPLETE") return { id: Id, changes: Changes.map(resourceChange) };
      if (Status === "FAILED") {
        await told(() => client.send(new DeleteChangeSetCommand({ StackName: name, ChangeSetName: Id })));
        if (/didn't contain changes|No updates are to be performed/.test(StatusReason)) return undefined;
        throw failed(name, StatusReason);
      }
      await sleep(pollMs);
    }
  }

  async function settled(): Promise<Stack | undefined> {
    for (;;) {
      const stack = await describe();
      if (!stack?.status.endsWith("_IN_PROGRESS")) return stack;
      await sleep(pollMs);
    }
  }

  /** The first failure of the operation that was begun with `token`; events of earlier ones stay with the stack. */
  async function whyFailed(token: string): Promise<string> {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }));
    const reasons = StackEvents.filter(
      ({ ClientRequestToken, ResourceStatus = "" }) =>
        ClientRequestToken === token && ResourceStatus.endsWith("_FAILED"),
    );
    const first = reasons.at(-1);
    return first ? `${first.LogicalResourceId}: ${first.ResourceStatusReason}` : "no reason given";
  }

  async function remove(): Promise<void> {
    const token = newToken();
    await told(() => client.send(new DeleteStackCommand({ StackName: name, ClientRequestToken: token })));
    const stack = await settled();
    if (stack && stack.status !== "DELETE_COMPLETE")
      throw failed(name, `${stack.status}: ${await whyFailed(token)}`);
  }

  return {
    describe,
    async preview(parameters) {
      const before = await describe();
      if (LEFTOVER.test(before?.status ?? "")) {
        const what = `is left of a deployment that failed (${before?.status}); zagg deploy removes it and begins anew`;
        throw new ZaggError(
          "upstream",
          "stack",
          `the stack ${name} ${what}, so that nothing can be compared with it`,
        );
      }
      const isNew = before === undefined;
      const set = await changeSet(parameters);
      if (set) {
        await told(() => client.send(new DeleteChangeSetCommand({ StackName: name, ChangeSetName: set.id })));
      }
      // The change set of a new stack leaves an empty stack under review.
      if (isNew) await told(() => client.send(new DeleteStackCommand({ StackName: name })));
      return set?.changes ?? [];
    },
    async apply(parameters) {
      const set = await changeSet(parameters);
      if (!set) return [];
      const token = newToken();
      const execution = { StackName: name, ChangeSetName: set.id, ClientRequestToken: token };
      await told(() => client.send(new ExecuteChangeSetCommand(execution)));
      const stack = await settled();
      if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack?.status ?? "")) {
        throw failed(name, `it is ${stack?.status ?? "gone"}: ${await whyFailed(token)}`);
      }
      return set.changes;
    },
    async clear() {
      if (!LEFTOVER.test((await describe())?.status ?? "")) return false;
      await remove();
      return true;
    },
    delete: remove,
    close: () => client.destroy(),
  };
}

function resourceChange({ ResourceChange: change }: Change): ResourceChange {
  const { Action = "", LogicalResourceId = "", ResourceType = "", Replacement } = change ?? {};
  return {
    action: Action,
    resource: LogicalResourceId,
    type: ResourceType,
    replacement: Replacement === "True",
  };
}

/** Tells the events of one operation from those of others. */
function newToken(): string {
  return `zagg-${randomUUID()}`;
}

function failed(name: string, reason: string): ZaggError {
  const remedy =
    "mend that, then give the same command again (the CloudFormation console has all events of the stack)";
  return new ZaggError(
    "upstream",
    "stack",
    `the stack ${name} was not changed as asked: ${reason}; ${remedy}`,
    { reason },
  );
}

/** A call whose errors say what AWS refused. What is not there is undefined to those who only look. */
async function told<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, message } = error as Error;
    if (/does not exist/.test(message)) return undefined as T;
    if (isZaggError(error)) throw error;
    if (isNetworkError(error)) {
      const what = `CloudFormation cannot be reached: ${message}`;
      throw new ZaggError(
        "upstream",
        "aws-unreachable",
        `${what}; check network, proxy and region`,
        {},
        { cause: error },
      );
    }
    const remedy = "check the AWS credentials of this machine and what they may do (docs/lambda.md)";
    throw new ZaggError(
      "auth",
      "aws-refused",
      `CloudFormation: ${name}: ${message}; ${remedy}`,
      {},
      { cause: error },
    );
  }
}
