// Parses a mapping template: text, references and directives of Velocity 1.7, the version of API Gateway.
import { Cursor } from "./cursor.ts"
import { parseExpression, parseReference } from "./parse-expression.ts"
import type { Branch, Node, Template } from "./syntax-tree.ts"

/** @throws TemplateSyntaxError with the line and the column */
export function parseTemplate(source: string): Template {
  return parseText(source, 0)
}

function parseText(source: string, depth: number): Template {
  const cursor = new Cursor(source, parseText, depth)
  const { nodes, end } = parseBlock(cursor)
  if (end !== undefined) cursor.fail(`#${end} without #if, #foreach or #define`)
  return nodes
}

type Block = {
  nodes: Template /** The directive that ended the block; undefined at the end of the source. */
  end?: End
}
type End = "end" | "else" | "elseif"

const directiveNames = "set|if|elseif|else|end|foreach|define|break|stop|macro"
const directive = new RegExp(`#(?:(${directiveNames})(?!\\w)|\\{(${directiveNames})\\})`, "y")
const endOfLine = /[ \t]*(?:\r\n|\n|\r)/y

function parseBlock(cursor: Cursor): Block {
  const nodes: Node[] = []
  let text = ""
  const add = (node?: Node) => {
    if (text !== "") nodes.push({ kind: "text", text })
    text = ""
    if (node) nodes.push(node)
  }
  while (!cursor.isAtEnd) {
    const plain = cursor.match(/[^#$\\]+/y)?.[0]
    if (plain !== undefined) {
      text += plain
      continue
    }
    const character = cursor.source[cursor.at]
    if (character === "\\") text += takeBackslashes(cursor)
    else if (character === "$") {
      const reference = parseReference(cursor)
      if (reference) add({ kind: "reference", reference })
      else text += takeCharacter(cursor)
    } else {
      const special = takeCommentOrVerbatim(cursor)
      if (special !== undefined) {
        text += special
        continue
      }
      const found = cursor.match(directive)
      const name = found?.[1] ?? found?.[2]
      if (name === "end" || name === "else" || name === "elseif") {
        add()
        return { nodes, end: name }
      }
      if (name === undefined) text += takeUnknownDirective(cursor)
      else add(parseDirective(cursor, name))
    }
  }
  add()
  return { nodes }
}

function takeCharacter(cursor: Cursor): string {
  return cursor.source[cursor.at++] ?? ""
}

/**
 * Two backslashes before a reference or directive are one, and an odd one escapes it. Elsewhere they are text.
 * AWS: the escapes are those of Velocity 1.7 (vtl-escapes)
 */
function takeBackslashes(cursor: Cursor): string {
  const run = cursor.match(/\\+/y)?.[0] ?? ""
  const escapable = cursor.test(/\$!?\{?[A-Za-z][\w-]*/y) ?? cursor.test(directive)
  if (!escapable) return run
  const kept = "\\".repeat(run.length >> 1)
  if (run.length % 2 === 0) return kept
  cursor.at += escapable[0].length
  return kept + escapable[0]
}

/** The text that a comment or `#[[...]]#` leaves; undefined where neither begins. */
function takeCommentOrVerbatim(cursor: Cursor): string | undefined {
  if (cursor.take("##")) {
    // A comment ends with its line, line break included.
    cursor.match(/[^\r\n]*(?:\r\n|\n|\r)?/y)
    return ""
  }
  if (cursor.take("#*")) {
    cursor.takeUntil("*#")
    return ""
  }
  return cursor.take("#[[") ? cursor.takeUntil("]]#") : undefined
}

/**
 * AWS: macros and `#evaluate` are not available; what looks like their call is text, its arguments included
 * (vtl-macro, vtl-unknown-directive)
 */
function takeUnknownDirective(cursor: Cursor): string {
  const start = cursor.at
  const name = cursor.match(/#@?[A-Za-z_]\w*/y)
  if (!name) return takeCharacter(cursor)
  if (cursor.source[cursor.at] === "(") {
    const close = cursor.closingParenthesis(cursor.at)
    if (close !== undefined) cursor.at = close + 1
  }
  return cursor.source.slice(start, cursor.at)
}

function parseDirective(cursor: Cursor, name: string): Node | undefined {
  return cursor.nested(() => {
    switch (name) {
      case "set":
        return parseSet(cursor)
      case "if":
        return parseIf(cursor)
      case "foreach":
        return parseForeach(cursor)
      case "define":
        return parseDefine(cursor)
      case "macro":
        return skipMacro(cursor)
      default:
        return { kind: name as "break" | "stop" }
    }
  })
}

function parseSet(cursor: Cursor): Node {
  openParenthesis(cursor)
  const target = parseReference(cursor) ?? cursor.fail("#set needs a reference")
  cursor.expect("=")
  const value = parseExpression(cursor)
  closeParenthesis(cursor)
  return { kind: "set", target, value }
}

function parseIf(cursor: Cursor): Node {
  const branches: Branch[] = []
  for (;;) {
    openParenthesis(cursor)
    const condition = parseExpression(cursor)
    closeParenthesis(cursor)
    const { nodes: body, end } = parseBlock(cursor)
    branches.push({ condition, body })
    if (end === "elseif") continue
    return { kind: "if", branches, otherwise: end === "else" ? parseBody(cursor, "#if") : ended(cursor, end, "#if") }
  }
}

function parseForeach(cursor: Cursor): Node {
  openParenthesis(cursor)
  const { name: variable } = parseReference(cursor) ?? cursor.fail("#foreach needs a reference")
  cursor.expect("in")
  const list = parseExpression(cursor)
  closeParenthesis(cursor)
  return { kind: "foreach", variable, list, body: parseBody(cursor, "#foreach") }
}

function parseDefine(cursor: Cursor): Node {
  openParenthesis(cursor)
  const { name: variable } = parseReference(cursor) ?? cursor.fail("#define needs a reference")
  closeParenthesis(cursor)
  return { kind: "define", variable, body: parseBody(cursor, "#define") }
}

function skipMacro(cursor: Cursor): undefined {
  cursor.skipSpace()
  if (cursor.source[cursor.at] !== "(") cursor.fail("Expected (")
  const close = cursor.closingParenthesis(cursor.at) ?? cursor.fail(") is missing")
  cursor.at = close + 1
  cursor.match(endOfLine)
  parseBody(cursor, "#macro")
}

/** The body of a directive, `#end` included. */
function parseBody(cursor: Cursor, opener: string): Template {
  const { nodes, end } = parseBlock(cursor)
  ended(cursor, end, opener)
  return nodes
}

function ended(cursor: Cursor, end: End | undefined, opener: string): Template {
  if (end !== "end") cursor.fail(end === undefined ? `#end is missing for ${opener}` : `#${end} has no place here`)
  cursor.match(endOfLine)
  return []
}

function openParenthesis(cursor: Cursor): void {
  cursor.expect("(")
  cursor.skipSpace()
}

/** AWS: the rest of the line after `)` and after `#end` is skipped when it is empty (vtl-line-breaks) */
function closeParenthesis(cursor: Cursor): void {
  cursor.expect(")")
  cursor.match(endOfLine)
}
