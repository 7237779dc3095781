// Parses TypeScript and walks its syntax tree; offsets are positions in the source text.
import { type Comment, parseSync } from "oxc-parser"

export type Node = { type: string; start: number; end: number; [key: string]: unknown }

export type Source = { path: string; text: string; program: Node; comments: Comment[] }

/** @throws Error when the file has a syntax error */
export function parseSource(path: string, text: string): Source {
  const { program, comments, errors } = parseSync(path, text)
  const [first] = errors
  if (first) throw new Error(`${path} cannot be parsed: ${first.message}`)
  return { path, text, program: program as unknown as Node, comments }
}

/** The child nodes that exist at run time: types and type-only declarations are left out. */
export function childrenOf(node: Node): Node[] {
  if (isTypeOnly(node)) return []
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode))
}

export function asNode(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined
}

export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++
  return line
}

const typeScriptExpressions = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"])

function isTypeOnly(node: Node): boolean {
  if (node.declare === true || node.importKind === "type" || node.exportKind === "type") return true
  return node.type.startsWith("TS") && !typeScriptExpressions.has(node.type)
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string" && "start" in value
}
