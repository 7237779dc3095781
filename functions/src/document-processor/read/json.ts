// Reads JSON: names and values, each on a line, without its signs. Every line may be a value of its own (JSON Lines), and
// the file may be cut off.
import type { OpenedDocument } from "./opened-document.ts"
import { openPlainText, openText } from "./plain-text.ts"
import { TextBuilder } from "./text-builder.ts"

/** Longer texts are paragraphs. */
const paragraphCharacters = 80

/** @throws DocumentError TOO_LARGE */
export function openJson(json: string): OpenedDocument {
  // Another text under the name of JSON.
  if (!/^\s*(?:[[{"]|-?\d|true|false|null)/.test(json)) return openPlainText(json)
  return openText(textOf(json), null)
}

function textOf(json: string): string {
  const text = new TextBuilder()
  let wasNumber = false
  let isAfterName = false
  let isParagraph = false
  const add = (value: string, isNumber: boolean) => {
    // Of names, their values follow on the same line.
    const separator = isNumber && wasNumber ? ", " : isParagraph || value.length > paragraphCharacters ? "\n\n" : "\n"
    if (!text.isEmpty && !isAfterName) text.add(separator)
    text.add(value)
    isAfterName = false
    wasNumber = isNumber
    isParagraph = value.length > paragraphCharacters
  }
  for (let at = 0; at < json.length; ) {
    const start = tokenStart(json, at)
    if (start === json.length) break
    const isString = json[start] === '"'
    at = isString ? stringEnd(json, start) : literalEnd(json, start)
    const value = isString ? unescaped(json.slice(start, at)) : json.slice(start, at)
    const colon = colonAfter(json, at)
    if (colon === -1) {
      add(value, !isString)
      continue
    }
    at = colon + 1
    add(`${value}: `, false)
    isAfterName = !startsNested(json, at)
    isParagraph = false
  }
  return text.toString()
}

const between = /[\s,:{}[\]]/

function tokenStart(json: string, from: number): number {
  let at = from
  while (at < json.length && between.test(json[at] as string)) at += 1
  return at
}

function literalEnd(json: string, start: number): number {
  let at = start
  while (at < json.length && json[at] !== '"' && !between.test(json[at] as string)) at += 1
  return at
}

/** @param start of the quotation mark. */
function stringEnd(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1
  return Math.min(json.length, at + 1)
}

/** Where the colon after a name is; -1 after a value. */
function colonAfter(json: string, from: number): number {
  const at = afterSpace(json, from)
  return json[at] === ":" ? at : -1
}

function startsNested(json: string, from: number): boolean {
  const sign = json[afterSpace(json, from)]
  return sign === "{" || sign === "["
}

function afterSpace(json: string, from: number): number {
  let at = from
  while (at < json.length && /\s/.test(json[at] as string)) at += 1
  return at
}

function unescaped(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, quoted.endsWith('"') && quoted.length > 1 ? -1 : undefined)
  try {
    return String(JSON.parse(quoted))
  } catch {
    // Cut off, or with a line break.
    return quoted.replace(/^"|"$/g, "")
  }
}
