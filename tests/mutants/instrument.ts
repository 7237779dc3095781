// Rewrites a source so that it records which of its statements run: this decides which tests can notice a mutant.
// The statements are recorded in a file, because worker threads and child processes run the code as well.
import { asNode, childrenOf, type Node, parseSource } from "./syntax-tree.ts"

type Range = { start: number; end: number }
type Insertion = { at: number; text: string /** Closing texts of inner nodes come first. */; order: number }

export function instrument(path: string, text: string, hitsFile: string): string {
  const { program } = parseSource(path, text)
  const insertions = [...insertionsOf(program, path)]
  insertions.push({ at: afterHashbang(text), text: `${hit(path, 0)};`, order: -1 })
  insertions.sort((one, other) => one.at - other.at || one.order - other.order)
  let code = ""
  let at = 0
  for (const insertion of insertions) {
    code += text.slice(at, insertion.at) + insertion.text
    at = insertion.at
  }
  return `${code}${text.slice(at)}\n${recorder(hitsFile)}`
}

/** The start of the innermost recorded range around a position; 0 is the file as a whole. */
export function pointOf(path: string, text: string): (offset: number) => number {
  const ranges = [...pointsOf(parseSource(path, text).program)]
  ranges.sort((one, other) => one.end - one.start - (other.end - other.start))
  return (offset) => ranges.find(({ start, end }) => start <= offset && offset < end)?.start ?? 0
}

function* insertionsOf(program: Node, path: string): Generator<Insertion> {
  for (const { node, kind } of instrumentable(program)) {
    const { start, end } = node
    if (kind === "listed") yield { at: start, text: `${hit(path, start)};`, order: start }
    if (kind === "alone") {
      yield { at: start, text: `{${hit(path, start)};`, order: start }
      yield { at: end, text: "}", order: -start }
    }
    if (kind === "expression") {
      yield { at: start, text: `(${hit(path, start)},`, order: start }
      yield { at: end, text: ")", order: -start }
    }
  }
}

function* pointsOf(program: Node): Generator<Range> {
  for (const { node } of instrumentable(program)) yield node
}

type Instrumentable = { node: Node; kind: "listed" | "alone" | "expression" }

function* instrumentable(node: Node): Generator<Instrumentable> {
  if (["Program", "BlockStatement", "FunctionBody", "StaticBlock"].includes(node.type)) yield* listed(node.body)
  if (node.type === "SwitchCase") yield* listed(node.consequent)
  if (node.type === "IfStatement") yield* alone(node.consequent, node.alternate)
  if (/^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type)) yield* alone(node.body)
  const body = asNode(node.body)
  if (node.type === "ArrowFunctionExpression" && body && !isBlock(body)) yield { node: body, kind: "expression" }
  for (const child of childrenOf(node)) yield* instrumentable(child)
}

function* listed(statements: unknown): Generator<Instrumentable> {
  for (const value of statements as unknown[]) {
    const node = asNode(value)
    if (node && !isDeclared(node)) yield { node, kind: "listed" }
  }
}

function* alone(...values: unknown[]): Generator<Instrumentable> {
  for (const value of values) {
    const node = asNode(value)
    if (node && !isBlock(node)) yield { node, kind: "alone" }
  }
}

function isBlock({ type }: Node): boolean {
  return type === "BlockStatement" || type === "FunctionBody"
}

/** Nothing runs where these are written, or something must stay first. */
function isDeclared({ type, directive }: Node): boolean {
  return /^(Import|Export|TS|Function|Class)/.test(type) || typeof directive === "string"
}

function afterHashbang(text: string): number {
  return text.startsWith("#!") ? text.indexOf("\n") + 1 : 0
}

function hit(path: string, start: number): string {
  return `__hit(${JSON.stringify(`${path}:${start}`)})`
}

function recorder(hitsFile: string): string {
  return `function __hit(point: string) {
  const seen = ((globalThis as any).__hits ??= new Set())
  if (seen.has(point)) return
  seen.add(point)
  ;(globalThis as any).process?.getBuiltinModule?.("node:fs").appendFileSync(${JSON.stringify(hitsFile)}, point + "\\n")
}
`
}
