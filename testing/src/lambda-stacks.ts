import type { LambdaFunctions } from "./lambda-functions.js";
import { LambdaRefusal } from "./lambda-refusal.js";
import {
  condition,
  parseTemplate,
  resolve,
  type Scope,
  type Template,
  type TemplateResource,
} from "./lambda-template.js";
import type { S3Emulator } from "./s3-emulator.js";

/** What a stack is made of now. */
interface Stack {
  readonly name: string;
  status: string;
  template: Template | undefined;
  parameters: Record<string, string>;
  /** Resource names to their ids. */
  readonly resources: Map<string, { readonly type: string; readonly id: string }>;
  readonly changeSets: Map<string, ChangeSet>;
  /** Failures, the newest first. */
  readonly events: StackEvent[];
}

interface StackEvent {
  readonly resource: string;
  readonly reason: string;
  /** Of the call that began the operation. */
  readonly token: string;
}

/** What an account has from before, and what it may have. */
export interface AccountState {
  /** The most memory of a function, MB: 3,008 in new accounts. */
  memoryQuota: number;
  readonly logGroups: Set<string>;
}

interface ChangeSet {
  readonly template: Template;
  readonly parameters: Record<string, string>;
  readonly changes: readonly { action: string; name: string; type: string }[];
}

type Input = Readonly<Record<string, string>>;

/**
 * The calls of CloudFormation that a deployment takes: change sets, their execution, description and deletion of a
 * stack. Buckets, functions and their event settings become real on the test bed; of other resources only the
 * names exist.
 */
export class LambdaStacks {
  readonly stacks = new Map<string, Stack>();
  readonly account: AccountState = { memoryQuota: 10_240, logGroups: new Set() };
  readonly #functions: LambdaFunctions;
  readonly #s3: S3Emulator | undefined;
  readonly #region: string;

  constructor(functions: LambdaFunctions, s3: S3Emulator | undefined, region: string) {
    this.#functions = functions;
    this.#s3 = s3;
    this.#region = region;
  }

  /** The content of an answer to a call (query protocol). */
  answer(action: string, input: Input): string {
    const name = input.StackName ?? "";
    if (action === "CreateChangeSet") return this.#createChangeSet(name, input);
    const stack = this.stacks.get(name);
    if (action === "DeleteStack") return stack ? this.#deleteStack(stack) : "";
    if (!stack) throw new LambdaRefusal(400, "ValidationError", `Stack with id ${name} does not exist`);
    if (action === "DescribeStacks") return this.#describeStack(stack);
    if (action === "DescribeStackEvents")
      return `<StackEvents>${stack.events.map(eventMember).join("")}</StackEvents>`;
    const set = stack.changeSets.get(input.ChangeSetName ?? "");
    if (!set) throw new LambdaRefusal(404, "ChangeSetNotFound", `no change set ${input.ChangeSetName}`);
    if (action === "DescribeChangeSet") return describeChangeSet(set);
    stack.changeSets.delete(input.ChangeSetName ?? "");
    if (action === "DeleteChangeSet") return "";
    if (action === "ExecuteChangeSet") return this.#execute(stack, set, input.ClientRequestToken ?? "");
    throw new LambdaRefusal(400, "InvalidAction", action);
  }

  #createChangeSet(name: string, input: Input): string {
    const old = this.stacks.get(name);
    if (input.ChangeSetType === "CREATE" && old && old.status !== "REVIEW_IN_PROGRESS") {
      throw new LambdaRefusal(400, "ValidationError", `Stack ${name} already exists`);
    }
    if (input.ChangeSetType === "UPDATE" && old?.status === "ROLLBACK_COMPLETE") {
      const message = `Stack:${name} is in ROLLBACK_COMPLETE state and can not be updated.`;
      throw new LambdaRefusal(400, "ValidationError", message);
    }
    const stack = old ?? newStack(name);
    this.stacks.set(name, stack);
    const template = parseTemplate(input.TemplateBody ?? "");
    const parameters = parametersOf(template, input);
    const after = this.#resources(stack, template, parameters);
    const changes = [...after].flatMap(([key, { type, properties }]) => {
      if (!stack.resources.has(key)) return [{ action: "Add", name: key, type }];
      const before =
        stack.template && this.#resources(stack, stack.template, stack.parameters).get(key)?.properties;
      const same = JSON.stringify(before) === JSON.stringify(properties);
      return same ? [] : [{ action: "Modify", name: key, type }];
    });
    const gone = [...stack.resources].filter(([key]) => !after.has(key));
    changes.push(...gone.map(([key, { type }]) => ({ action: "Remove", name: key, type })));
    stack.changeSets.set(input.ChangeSetName ?? "", { template, parameters, changes });
    return `<Id>${input.ChangeSetName}</Id><StackId>${name}</StackId>`;
  }

  #execute(stack: Stack, { template, parameters, changes }: ChangeSet, token: string): string {
    const making = stack.resources.size === 0;
    const planned = this.#resources(stack, template, parameters);
    for (const { action, name } of changes) {
      const reason = action === "Remove" ? undefined : this.#refusal(planned.get(name), action === "Add");
      if (reason === undefined) continue;
      stack.events.unshift({ resource: name, reason, token });
      stack.status = making ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE";
      return "";
    }
    for (const { action, name } of changes) {
      if (action !== "Add") continue;
      const type = (template.Resources[name] as TemplateResource).Type;
      stack.resources.set(name, { type, id: this.#idOf(stack, template, parameters, name) });
    }
    const resources = this.#resources(stack, template, parameters);
    for (const { action, name } of changes) {
      const found = resources.get(name);
      if (!found) stack.resources.delete(name);
      else this.#make(found.type, found.properties as Record<string, unknown>, stack, name, action === "Add");
    }
    stack.template = template;
    stack.parameters = parameters;
    stack.status = making ? "CREATE_COMPLETE" : "UPDATE_COMPLETE";
    return "";
  }

  /** Why AWS would not make a resource. */
  #refusal(
    found: { readonly type: string; readonly properties: unknown } | undefined,
    isNew: boolean,
  ): string | undefined {
    const { MemorySize, LogGroupName } = (found?.properties ?? {}) as Record<string, unknown>;
    const { memoryQuota, logGroups } = this.account;
    if (found?.type === "AWS::Lambda::Function" && Number(MemorySize) > memoryQuota) {
      return `'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to ${memoryQuota}`;
    }
    if (found?.type === "AWS::Logs::LogGroup" && isNew && logGroups.has(String(LogGroupName))) {
      return `Resource of type 'AWS::Logs::LogGroup' with identifier '${LogGroupName}' already exists.`;
    }
    return undefined;
  }

  #make(type: string, properties: Record<string, unknown>, stack: Stack, name: string, isNew: boolean): void {
    const id = stack.resources.get(name)?.id ?? "";
    if (type === "AWS::S3::Bucket" && isNew) {
      if (this.#s3?.buckets.has(id)) throw new LambdaRefusal(400, "AlreadyExists", `${id} already exists`);
      this.#s3?.addBucket(id, { region: this.#region });
    }
    if (type === "AWS::Lambda::Function") {
      if (isNew) this.#functions.create(properties);
      else {
        this.#functions.updateSettings(id, properties);
        this.#functions.updateCode(id, properties.Code as Record<string, unknown>);
      }
    }
    if (type === "AWS::Lambda::EventInvokeConfig") {
      const { FunctionName, MaximumEventAgeInSeconds, DestinationConfig } = properties;
      const arn = (DestinationConfig as { OnFailure?: { Destination?: string } }).OnFailure?.Destination;
      const queue = arn?.split(":").at(-1);
      this.#functions.setEventInvoke(String(FunctionName), Number(MaximumEventAgeInSeconds), queue);
    }
  }

  #deleteStack(stack: Stack): string {
    for (const [name, { type, id }] of stack.resources) {
      if (stack.template?.Resources[name]?.DeletionPolicy?.startsWith("Retain")) continue;
      if (type === "AWS::S3::Bucket") {
        if ((this.#s3?.buckets.get(id)?.objects.size ?? 0) > 0) {
          stack.status = "DELETE_FAILED";
          return "";
        }
        this.#s3?.buckets.delete(id);
      }
      if (type === "AWS::Lambda::Function") this.#functions.all.delete(id);
    }
    this.stacks.delete(stack.name);
    return "";
  }

  #describeStack(stack: Stack): string {
    const scope = this.#scope(stack, stack.template, stack.parameters);
    const outputs = Object.entries(stack.template?.Outputs ?? {}).map(
      ([key, { Value }]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${resolve(Value, scope)}</OutputValue></member>`,
    );
    const parameters = Object.entries(stack.parameters).map(
      ([key, value]) =>
        `<member><ParameterKey>${key}</ParameterKey><ParameterValue>${value}</ParameterValue></member>`,
    );
    return `<Stacks><member><StackName>${stack.name}</StackName><StackStatus>${stack.status}</StackStatus>\
<CreationTime>${new Date().toISOString()}</CreationTime><Outputs>${outputs.join("")}</Outputs>\
<Parameters>${parameters.join("")}</Parameters></member></Stacks>`;
  }

  /** The resources whose conditions hold, with their properties resolved. */
  #resources(stack: Stack, template: Template, parameters: Record<string, string>) {
    const scope = this.#scope(stack, template, parameters);
    const wanted = Object.entries(template.Resources).filter(
      ([, { Condition }]) => Condition === undefined || condition(Condition, scope),
    );
    return new Map(
      wanted.map(([name, { Type, Properties }]) => [
        name,
        { type: Type, properties: resolve(Properties ?? {}, scope) },
      ]),
    );
  }

  #scope(stack: Stack, template: Template | undefined, parameters: Record<string, string>): Scope {
    return {
      parameters: { ...parameters, "AWS::Region": this.#region, "AWS::StackName": stack.name },
      conditions: template?.Conditions ?? {},
      attribute: (name, attribute) => {
        const { type, id } = stack.resources.get(name) ?? { type: "", id: `(${name})` };
        if (type === "AWS::SQS::Queue" && attribute === undefined) return `https://sqs/123456789012/${id}`;
        if (attribute === undefined) return id;
        if (type === "AWS::S3::Bucket") return `arn:aws:s3:::${id}`;
        return `arn:aws:${type.split("::")[1]?.toLowerCase()}:${this.#region}:123456789012:${id}`;
      },
    };
  }

  /** The name that the template gives to a resource, or one of our making. */
  #idOf(stack: Stack, template: Template, parameters: Record<string, string>, name: string): string {
    const properties = this.#resources(stack, template, parameters).get(name)?.properties as Record<
      string,
      unknown
    >;
    const own = properties.BucketName ?? properties.FunctionName ?? properties.LogGroupName;
    return String(own ?? `${stack.name}-${name}`.toLowerCase());
  }
}

function newStack(name: string): Stack {
  return {
    name,
    status: "REVIEW_IN_PROGRESS",
    template: undefined,
    parameters: {},
    resources: new Map(),
    changeSets: new Map(),
    events: [],
  };
}

function eventMember({ resource, reason, token }: StackEvent): string {
  return `<member><StackId>s</StackId><EventId>e</EventId><StackName>s</StackName><Timestamp>${new Date().toISOString()}</Timestamp>\
<LogicalResourceId>${resource}</LogicalResourceId><ResourceStatus>CREATE_FAILED</ResourceStatus>\
<ResourceStatusReason>${reason}</ResourceStatusReason><ClientRequestToken>${token}</ClientRequestToken></member>`;
}

function describeChangeSet({ changes }: ChangeSet): string {
  if (changes.length === 0) {
    const reason = "The submitted information didn't contain changes. Submit different information.";
    return `<Status>FAILED</Status><StatusReason>${reason}</StatusReason><Changes/>`;
  }
  const members = changes.map(
    ({ action, name, type }) =>
      `<member><Type>Resource</Type><ResourceChange><Action>${action}</Action>\
<LogicalResourceId>${name}</LogicalResourceId><ResourceType>${type}</ResourceType></ResourceChange></member>`,
  );
  return `<Status>CREATE_COMPLETE</Status><Changes>${members.join("")}</Changes>`;
}

/** `Parameters.member.1.ParameterKey=…&Parameters.member.1.ParameterValue=…`, over the template's defaults. */
function parametersOf(template: Template, input: Input): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, { Default }] of Object.entries(template.Parameters ?? {})) {
    if (Default !== undefined) values[name] = String(Default);
  }
  for (const [key, value] of Object.entries(input)) {
    const number = /^Parameters\.member\.(\d+)\.ParameterKey$/.exec(key)?.[1];
    if (number === undefined) continue;
    if (!(value in (template.Parameters ?? {}))) {
      throw new LambdaRefusal(400, "ValidationError", `Parameters: [${value}] do not exist in the template`);
    }
    values[value] = input[`Parameters.member.${number}.ParameterValue`] ?? "";
  }
  return values;
}
