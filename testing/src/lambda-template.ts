import { parse, type ScalarTag, type Tags } from "yaml";

/** A CloudFormation template, its short tags (`!Ref x`) written out (`{Ref: x}`). */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string | number }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly Properties?: unknown;
}

const FUNCTIONS = ["Sub", "GetAtt", "If", "Equals", "Not", "And", "Or", "Join"];

export function parseTemplate(text: string): Template {
  const named = ["Ref", "Condition", ...FUNCTIONS].flatMap((name) => {
    const key = FUNCTIONS.includes(name) ? `Fn::${name}` : name;
    const scalar: ScalarTag = {
      tag: `!${name}`,
      resolve: (value) => ({ [key]: name === "GetAtt" ? value.split(".") : value }),
    };
    const list = {
      tag: `!${name}`,
      collection: "seq" as const,
      resolve: (value: { toJSON(): unknown }) => ({ [key]: value.toJSON() }),
    };
    return [scalar, list];
  });
  return parse(text, { customTags: named as unknown as Tags, logLevel: "error" }) as Template;
}

/** What intrinsic functions are worth: parameters, conditions and attributes of resources. */
export interface Scope {
  readonly parameters: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  /** `Ref` of a resource, or one of its attributes. */
  attribute(resource: string, name: string | undefined): unknown;
}

const NO_VALUE = Symbol("AWS::NoValue");

/** A value of a template with its intrinsic functions carried out. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolve(item, scope)).filter((item) => item !== NO_VALUE);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [key, argument] = entries.length === 1 ? (entries[0] as [string, unknown]) : ["", undefined];
  if (key === "Ref") return reference(String(argument), scope);
  if (key === "Condition") return condition(String(argument), scope);
  if (key.startsWith("Fn::")) return call(key.slice(4), argument, scope);
  const resolved = entries.map(([name, item]) => [name, resolve(item, scope)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  const items = (Array.isArray(argument) ? argument : [argument]) as unknown[];
  const of = (index: number) => resolve(items[index], scope);
  if (name === "Sub") {
    return String(argument).replace(/\$\{([^}]+)\}/g, (_, path: string) => {
      const [resource = "", attribute] = path.split(".");
      return String(attribute === undefined ? reference(path, scope) : scope.attribute(resource, attribute));
    });
  }
  if (name === "GetAtt") return scope.attribute(String(items[0]), String(items[1]));
  if (name === "If") return condition(String(items[0]), scope) ? of(1) : of(2);
  if (name === "Equals") return String(of(0)) === String(of(1));
  if (name === "Not") return !of(0);
  if (name === "And") return items.every((_, index) => of(index));
  if (name === "Or") return items.some((_, index) => of(index));
  throw new Error(`no Fn::${name} here`);
}

export function condition(name: string, scope: Scope): boolean {
  if (!(name in scope.conditions)) throw new Error(`the template has no condition ${name}`);
  return resolve(scope.conditions[name], scope) === true;
}

function reference(name: string, { parameters, attribute }: Scope): unknown {
  if (name === "AWS::NoValue") return NO_VALUE;
  if (name === "AWS::Partition") return "aws";
  if (name === "AWS::AccountId") return "123456789012";
  return name in parameters ? parameters[name] : attribute(name, undefined);
}
