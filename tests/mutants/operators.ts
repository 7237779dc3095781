// The mutation operators: each yields the changes that it would make to one node of a syntax tree.
import { asNode, type Node } from "./syntax-tree.ts"

export type Edit = { start: number; end: number; replacement: string }
type Place = { node: Node /** The nearest first. */; ancestors: readonly Node[]; text: string }
type Operator = (place: Place) => Edit[]

export const operators: Record<string, Operator> = {
  condition: negateCondition,
  comparison: swapOperator("BinaryExpression", [
    ["===", "!=="],
    ["!==", "==="],
    ["==", "!="],
    ["!=", "=="],
    ["<", ">="],
    ["<=", ">"],
    [">", "<="],
    [">=", "<"],
  ]),
  boundary: swapOperator("BinaryExpression", [
    ["<", "<="],
    ["<=", "<"],
    [">", ">="],
    [">=", ">"],
  ]),
  arithmetic: swapOperator("BinaryExpression", [
    ["+", "-"],
    ["-", "+"],
    ["*", "/"],
    ["/", "*"],
    ["%", "*"],
  ]),
  logical: swapOperator("LogicalExpression", [
    ["&&", "||"],
    ["||", "&&"],
  ]),
  assignment: swapOperator("AssignmentExpression", [
    ["+=", "-="],
    ["-=", "+="],
    ["??=", "="],
  ]),
  update: swapUpdate,
  default: removeDefault,
  negation: removeNegation,
  await: removeAwait,
  call: removeCall,
  guard: removeGuard,
  number: changeNumber,
  string: changeString,
  boolean: flipBoolean,
}

const comparisons = new Set(["===", "!==", "==", "!=", "<", "<=", ">", ">="])

/** A comparison, a negation or a conjunction as the whole condition is changed by its own operator. */
function negateCondition({ node, text }: Place): Edit[] {
  if (!["IfStatement", "ConditionalExpression", "WhileStatement"].includes(node.type)) return []
  const test = asNode(node.test)
  if (!test || comparisons.has(String(test.operator)) || test.operator === "!") return []
  return [replace(test, `!(${sourceOf(test, text)})`)]
}

function swapOperator(type: string, swaps: [string, string][]): Operator {
  const swapped = new Map(swaps)
  return ({ node, text }) => {
    const to = node.type === type ? swapped.get(String(node.operator)) : undefined
    const left = asNode(node.left)
    const right = asNode(node.right)
    if (to === undefined || !left || !right) return []
    if (node.operator === "+" && (isText(left) || isText(right))) return []
    const between = text.slice(left.end, right.start)
    const at = left.end + between.indexOf(String(node.operator))
    return [{ start: at, end: at + String(node.operator).length, replacement: to }]
  }
}

function swapUpdate({ node, text }: Place): Edit[] {
  if (node.type !== "UpdateExpression") return []
  const [from, to] = node.operator === "++" ? ["++", "--"] : ["--", "++"]
  return [replace(node, sourceOf(node, text).replace(from, to))]
}

function removeDefault({ node, text }: Place): Edit[] {
  const left = asNode(node.left)
  if (node.type !== "LogicalExpression" || node.operator !== "??" || !left) return []
  return [replace(node, sourceOf(left, text))]
}

function removeNegation({ node, text }: Place): Edit[] {
  const argument = asNode(node.argument)
  if (node.type !== "UnaryExpression" || node.operator !== "!" || !argument) return []
  return [replace(node, sourceOf(argument, text))]
}

function removeAwait({ node, text }: Place): Edit[] {
  const argument = asNode(node.argument)
  if (node.type !== "AwaitExpression" || !argument) return []
  return [replace(node, sourceOf(argument, text))]
}

/** A call whose result is not used. `super()` is required, and `unref()` shows only when a process ends. */
function removeCall({ node }: Place): Edit[] {
  if (node.type !== "ExpressionStatement") return []
  const expression = asNode(node.expression)
  const call = expression?.type === "AwaitExpression" ? asNode(expression.argument) : expression
  const called = unwrapChain(call)
  if (called?.type !== "CallExpression") return []
  const callee = asNode(called.callee)
  if (callee?.type === "Super" || asNode(callee?.property)?.name === "unref") return []
  return [replace(node, ";")]
}

/** An early end: `if (…) return`, `throw`, `continue` or `break`. */
function removeGuard({ node, ancestors }: Place): Edit[] {
  if (!["ReturnStatement", "ThrowStatement", "ContinueStatement", "BreakStatement"].includes(node.type)) return []
  const [parent, grandparent] = ancestors
  const inBlock = parent?.type === "BlockStatement" && grandparent?.type === "IfStatement"
  return parent?.type === "IfStatement" || inBlock ? [replace(node, ";")] : []
}

function changeNumber({ node }: Place): Edit[] {
  if (node.type !== "Literal" || typeof node.value !== "number") return []
  return [replace(node, String(node.value + 1))]
}

function changeString({ node, ancestors }: Place): Edit[] {
  if (node.type !== "Literal" || typeof node.value !== "string") return []
  if (isSentence(node.value) || isDirective(ancestors[0]) || isModuleName(ancestors[0]) || isInError(ancestors))
    return []
  return [replace(node, node.value === "" ? '"mutant"' : '""')]
}

function flipBoolean({ node }: Place): Edit[] {
  if (node.type !== "Literal" || typeof node.value !== "boolean") return []
  return [replace(node, String(!node.value))]
}

function replace({ start, end }: Node, replacement: string): Edit {
  return { start, end, replacement }
}

function sourceOf({ start, end }: Node, text: string): string {
  return text.slice(start, end)
}

function unwrapChain(node: Node | undefined): Node | undefined {
  return node?.type === "ChainExpression" ? asNode(node.expression) : node
}

function isText(node: Node): boolean {
  if (node.type === "TemplateLiteral") return true
  if (node.type === "Literal") return typeof node.value === "string"
  const left = asNode(node.left)
  const right = asNode(node.right)
  return (
    node.type === "BinaryExpression" && left !== undefined && right !== undefined && (isText(left) || isText(right))
  )
}

/** Text for people: a test of the exact words would only copy them. */
function isSentence(value: string): boolean {
  return value.trim().split(/\s+/).length >= 4
}

function isDirective(parent: Node | undefined): boolean {
  return parent?.type === "ExpressionStatement"
}

function isModuleName(parent: Node | undefined): boolean {
  return parent !== undefined && /^(Import|Export)/.test(parent.type) && parent.type !== "ExportDefaultDeclaration"
}

function isInError(ancestors: readonly Node[]): boolean {
  return ancestors.some(
    (node) => node.type === "ThrowStatement" || (node.type === "NewExpression" && isErrorName(node.callee)),
  )
}

function isErrorName(callee: unknown): boolean {
  const name = asNode(callee)?.name
  return typeof name === "string" && name.endsWith("Error")
}
