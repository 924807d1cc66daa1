import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { parseTemplate, type Template } from "@zagg/testing";
import { describe, expect, test } from "vitest";
import { templateText } from "./artefacts.js";

const spec = loadAwsServiceSpecSync();

type Property = { readonly type: PropertyType; readonly required?: boolean };
type PropertyType = {
  readonly type: string;
  readonly reference?: { readonly $ref: string };
  readonly element?: PropertyType;
};

/** Where a template says what CloudFormation's schema does not know, or leaves out what it demands. */
function problems(template: Template): string[] {
  return Object.entries(template.Resources).flatMap(([name, { Type, Properties = {} }]) => {
    const [resource] = spec.lookup("resource", "cloudFormationType", "equals", Type);
    if (!resource) return [`${name}: no type ${Type}`];
    return problemsOf(Properties, resource.properties as Record<string, Property>, name);
  });
}

function problemsOf(value: unknown, properties: Readonly<Record<string, Property>>, path: string): string[] {
  if (isIntrinsic(value)) return alternatives(value).flatMap((each) => problemsOf(each, properties, path));
  const given = Object.entries(value as object);
  const unknown = given.filter(([key]) => !(key in properties)).map(([key]) => `${path}.${key}: unknown`);
  const missing = Object.entries(properties)
    .filter(([key, { required }]) => required && !given.some(([name]) => name === key))
    .map(([key]) => `${path}.${key}: missing`);
  const below = given.flatMap(([key, item]) => {
    const property = properties[key];
    return property ? problemsOfType(item, property.type, `${path}.${key}`) : [];
  });
  return [...unknown, ...missing, ...below];
}

function problemsOfType(value: unknown, type: PropertyType, path: string): string[] {
  if (isIntrinsic(value)) return alternatives(value).flatMap((each) => problemsOfType(each, type, path));
  if (type.type === "array" && type.element) {
    if (!Array.isArray(value)) return [`${path}: not a list`];
    return value.flatMap((item, i) => problemsOfType(item, type.element as PropertyType, `${path}.${i}`));
  }
  if (type.type === "ref" && type.reference) {
    const definition = spec.get("typeDefinition", type.reference as never);
    return problemsOf(value, definition.properties as Record<string, Property>, path);
  }
  if (type.type === "boolean" && typeof value !== "boolean") return [`${path}: not true or false`];
  if (type.type === "integer" && !Number.isInteger(value)) return [`${path}: no whole number`];
  return [];
}

function isIntrinsic(value: unknown): value is Record<string, unknown> {
  const [key = ""] = typeof value === "object" && value !== null ? Object.keys(value) : [];
  return key === "Ref" || key.startsWith("Fn::");
}

/** What an `If` may come to; of other functions nothing is known. */
function alternatives(value: Record<string, unknown>): unknown[] {
  return ((value["Fn::If"] as unknown[] | undefined) ?? []).slice(1);
}

/** Every policy statement of the worker's role. */
function roleStatements(template: Template): { Action: string | string[]; Resource: unknown }[] {
  const role = template.Resources.Role?.Properties as {
    Policies: { PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] } }[];
  };
  return role.Policies.flatMap((policy) => policy.PolicyDocument.Statement);
}

describe("the template", () => {
  const template = parseTemplate(templateText());

  test("says nothing that CloudFormation's schema does not know", () => {
    expect(problems(template)).toEqual([]);
  });

  test.each([
    ["MemorySize: !Ref MemorySize", "MemorySzie: !Ref MemorySize", "Function.MemorySzie: unknown"],
    ["BlockPublicAcls:", "BlockPublicAcl:", /BlockPublicAcl: unknown/],
    ["Role: !If", "Rolle: !If", "Function.Role: missing"],
    ["AWS::SQS::Queue", "AWS::SQS::Que", "FailureQueue: no type AWS::SQS::Que"],
    ["ExposedHeaders", "ExposeHeaders", /CorsRules\.0\.ExposeHeaders: unknown/],
  ])("a check of it finds %s written as %s", (right, wrong, problem) => {
    const broken = problems(parseTemplate(templateText().replace(right, wrong)));
    expect(broken).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });

  test("lets the worker do nothing outside the buckets, the queue and the log that it names", () => {
    for (const { Action, Resource } of roleStatements(template)) {
      for (const action of [Action].flat()) expect(action).not.toContain("*");
      const resource = JSON.stringify(Resource);
      expect(resource).toMatch(/PrivateBucket\.Arn\}\/runs|OutputBucketName|FailureQueue|LogGroup/);
      expect(resource).not.toMatch(/:::\*|^"\*"$/);
    }
  });

  test("keeps products when the stack goes, and the private bucket private", () => {
    expect(template.Resources.OutputBucket?.DeletionPolicy).toBe("RetainExceptOnCreate");
    expect(template.Resources.PrivateBucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test("is small enough to be sent with a change set", () => {
    expect(Buffer.byteLength(templateText())).toBeLessThan(51_200);
  });
});
