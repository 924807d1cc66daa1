import { ExpressionError } from "../error.js";
import { suggestion } from "../nearest.js";
import * as elementwise from "./elementwise.js";
import { BARE_FUNCTIONS, type FunctionSpec, NUMPY_CONSTANTS, NUMPY_FUNCTIONS } from "./functions.js";
import { column, constant, list, map, type Node, select, slice, take } from "./node.js";
import { operators } from "./operations.js";
import { type BinaryOperator, type CompareOperator, type Expression, parseExpression } from "./syntax.js";

type Call = Extract<Expression, { type: "call" }>;

/**
 * Compiles the text of an expression over `columns`. Names are resolved and shapes checked here, so that nothing but
 * lengths can go wrong while data flow. Throws {@link ExpressionError}.
 */
export function compileExpression(text: string, columns: ReadonlySet<string>): Node {
  return lower(parseExpression(text), columns);
}

function lower(expression: Expression, columns: ReadonlySet<string>): Node {
  const node = (inner: Expression): Node => lower(inner, columns);
  switch (expression.type) {
    case "number":
      return constant(expression.value);
    case "name":
      return lowerName(expression, columns);
    case "list":
      return list(expression.items.map((item) => single(node(item), item.at, "an item of a list")));
    case "unary": {
      const operand = node(expression.operand);
      if (expression.op === "-") return operators.negate(operand);
      if (expression.op === "+") return operand;
      return operand.bool ? operators.not(operand) : bitwise("~", [operand], expression.at);
    }
    case "binary":
      return lowerBinary(expression.op, node(expression.left), node(expression.right), expression.at);
    case "compare": {
      const values = [expression.first, ...expression.rest.map(({ right }) => right)].map(node);
      return expression.rest
        .map(({ op }, i) => COMPARISONS[op](values[i] as Node, values[i + 1] as Node))
        .reduce(operators.and);
    }
    case "call":
      return lowerCall(expression, node);
    case "item": {
      const object = indexable(node(expression.object), expression.at);
      const index = node(expression.index);
      return index.bool && index.shape === "rows" ? select(object, index) : take(object, index);
    }
    case "slice": {
      const object = indexable(node(expression.object), expression.at);
      const [start, stop, step] = expression.parts.map((part) =>
        part === undefined ? undefined : single(node(part), part.at, "a bound of a slice"),
      );
      const stride = step === undefined ? 1 : step.kind === "constant" ? step.value : Number.NaN;
      if (!Number.isInteger(stride) || stride === 0) {
        throw new ExpressionError(
          "invalid-index",
          "the step of a slice is a whole number other than 0",
          expression.at,
        );
      }
      return slice(object, start, stop, stride);
    }
  }
}

function lowerName(
  { name, np, at }: Extract<Expression, { type: "name" }>,
  columns: ReadonlySet<string>,
): Node {
  if (np) {
    const value = Object.hasOwn(NUMPY_CONSTANTS, name) ? NUMPY_CONSTANTS[name] : undefined;
    if (value !== undefined) return constant(value);
    if (NUMPY_FUNCTIONS.has(name))
      throw new ExpressionError("syntax", `np.${name} is a function; call it`, at);
    const hint = suggestion(name, [...Object.keys(NUMPY_CONSTANTS), ...NUMPY_FUNCTIONS.keys()]);
    throw new ExpressionError("unknown-name", `np.${name} is not known.${hint}`, at);
  }
  if (columns.has(name)) return column(name);
  if (name === "True" || name === "False") return constant(name === "True" ? 1 : 0, true);
  if (BARE_FUNCTIONS.has(name)) throw new ExpressionError("syntax", `${name} is a function; call it`, at);
  const known = `Columns: ${[...columns].join(", ")}.`;
  throw new ExpressionError(
    "unknown-name",
    `"${name}" is no column.${suggestion(name, columns)} ${known}`,
    at,
  );
}

const ARITHMETIC: Readonly<Record<Exclude<BinaryOperator, "&" | "|">, (a: Node, b: Node) => Node>> = {
  "+": operators.add,
  "-": operators.subtract,
  "*": operators.multiply,
  "/": operators.divide,
  "//": operators.floorDivide,
  "%": operators.modulo,
  "**": operators.power,
};

const COMPARISONS: Readonly<Record<CompareOperator, (a: Node, b: Node) => Node>> = {
  "<": operators.less,
  "<=": operators.lessEqual,
  ">": operators.greater,
  ">=": operators.greaterEqual,
  "==": operators.equal,
  "!=": operators.notEqual,
};

function lowerBinary(op: BinaryOperator, a: Node, b: Node, at: number): Node {
  if (op !== "&" && op !== "|") return ARITHMETIC[op](a, b);
  if (a.bool && b.bool) return op === "&" ? operators.and(a, b) : operators.or(a, b);
  if (!a.bool && !b.bool) return bitwise(op, [a, b], at);
  const message = `one side of ${op} is a number, the other true or false; write (a < b) ${op} (c < d)`;
  throw new ExpressionError("syntax", message, at);
}

/** `&`, `|` and `~` of whole numbers, as for flags. */
function bitwise(op: "&" | "|" | "~", args: readonly Node[], at: number): Node {
  const whole = (value: number): number => {
    if (Number.isSafeInteger(value)) return value;
    throw new ExpressionError(
      "not-whole",
      `${op} needs true or false or whole numbers; ${value} is neither`,
      at,
    );
  };
  const small = (value: number): boolean => value >= 0 && value <= 0x7fffffff;
  const and = (a: number, b: number): number =>
    small(whole(a)) && small(whole(b)) ? a & b : Number(BigInt(a) & BigInt(b));
  const or = (a: number, b: number): number =>
    small(whole(a)) && small(whole(b)) ? a | b : Number(BigInt(a) | BigInt(b));
  if (op === "~")
    return map(
      "invert",
      elementwise.unary((a) => -1 - whole(a)),
      args,
    );
  return map(op === "&" ? "bitwise_and" : "bitwise_or", elementwise.binary(op === "&" ? and : or), args);
}

function lowerCall(call: Call, node: (inner: Expression) => Node): Node {
  const { name, np, at } = call;
  const spec = (np ? NUMPY_FUNCTIONS : BARE_FUNCTIONS).get(name);
  if (spec === undefined) throw unknownFunction(name, np, at);
  if (!np && (name === "float" || name === "int") && call.args[0] !== undefined) {
    return spec.build(single(node(call.args[0]), call.args[0].at, `what ${name}() takes`));
  }
  const named = new Map([...call.keywords].map(([key, value]) => [key, node(value)]));
  // Columns have one dimension, over which everything reduces anyway.
  named.delete("axis");
  return bind(spec, `${np ? "np." : ""}${name}`, call.args.map(node), named, at);
}

/** Calls a function: puts arguments to parameters as Python does. */
export function bind(
  spec: FunctionSpec,
  name: string,
  positional: readonly Node[],
  named: ReadonlyMap<string, Node>,
  at: number,
): Node {
  const inOrder = spec.parameters.filter((parameter) => parameter.named !== true);
  const known = spec.parameters.map((parameter) => parameter.name);
  const fail = (message: string, hint = ""): ExpressionError =>
    new ExpressionError(
      "arguments",
      `${name} ${message}; it takes (${known.join(", ")})${hint && `.${hint}`}`,
      at,
    );

  if (positional.length > inOrder.length && spec.variadic !== true) {
    throw fail(`has ${positional.length} arguments in order`);
  }
  for (const key of named.keys()) {
    if (!known.includes(key)) throw fail(`has no parameter ${key}`, suggestion(key, known));
    if (inOrder.findIndex((parameter) => parameter.name === key) in positional)
      throw fail(`has ${key} twice`);
  }
  const args = spec.parameters.map((parameter) => {
    const order = inOrder.indexOf(parameter);
    const arg = named.get(parameter.name) ?? (order >= 0 ? positional[order] : undefined);
    if (arg === undefined && parameter.optional !== true) throw fail(`needs ${parameter.name}`);
    const { takes } = parameter;
    if (arg !== undefined && takes?.accepts(arg) === false)
      throw fail(`has a ${parameter.name} that is not ${takes.what}`);
    return arg;
  });
  const more = positional.slice(inOrder.length);
  if (spec.rowwise) {
    const shapes = [...args, ...more].flatMap((arg) => arg?.shape ?? []);
    if (shapes.includes("rows") && shapes.some((shape) => shape !== "rows"))
      throw fail("needs one value per point in every argument, not one for all");
  }
  // Only optional arguments can be undefined here, and functions expect those to be.
  return spec.build(...(args as Node[]), ...more);
}

function unknownFunction(name: string, np: boolean, at: number): ExpressionError {
  const other = np ? BARE_FUNCTIONS : NUMPY_FUNCTIONS;
  const here = np ? NUMPY_FUNCTIONS : BARE_FUNCTIONS;
  const written = np ? `np.${name}` : name;
  if (other.has(name)) {
    const spelling = np ? name : `np.${name}`;
    return new ExpressionError("unknown-function", `${written} is not known; write ${spelling}(…)`, at);
  }
  const hint = suggestion(name, [...here.keys(), ...other.keys()]);
  return new ExpressionError("unknown-function", `${written} is not a known function.${hint}`, at);
}

function single(node: Node, at: number, what: string): Node {
  if (node.shape !== "rows") return node;
  throw new ExpressionError(
    "shape",
    `${what} is one value, not a column; reduce it first, as in np.mean(…)`,
    at,
  );
}

function indexable(node: Node, at: number): Node {
  if (node.shape === "rows") return node;
  throw new ExpressionError("shape", "only a column or a list can be indexed, not a single value", at);
}
