// `$util` of a mapping template.
import { parseJsonValue } from "./json.ts"
import { TemplateRenderError } from "./render.ts"
import { HostObject, textOf, type Value } from "./value.ts"

const functions: ReadonlyMap<string, (text: string) => Value> = new Map<string, (text: string) => Value>([
  ["escapeJavaScript", escapeJavaScript],
  ["parseJson", readJson],
  ["urlEncode", urlEncode],
  ["urlDecode", urlDecode],
  ["base64Encode", (text) => Buffer.from(text).toString("base64")],
  ["base64Decode", (text) => Buffer.from(text, "base64").toString("utf8")],
])

class UtilObject extends HostObject {
  override call(name: string, args: readonly Value[]): Value {
    return functions.get(name)?.(textOf(args[0] ?? "")) ?? null
  }
}

/** AWS: these are all functions of $util (vtl-util-escape, vtl-util-parse-json, vtl-util-url, vtl-util-base64) */
export const utilObject: HostObject = new UtilObject()

const escapes = new Map([
  ["\b", "\\b"],
  ["\n", "\\n"],
  ["\t", "\\t"],
  ["\f", "\\f"],
  ["\r", "\\r"],
])

/** By the rules of JavaScript: quotation marks, backslashes, slashes, control characters, and all above ASCII. */
function escapeJavaScript(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  return text.replaceAll(/['"\\/]|[\u0000-\u001f]|[\u007f-\uffff]/g, (character) => {
    if (/['"\\/]/.test(character)) return `\\${character}`
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")
    return escapes.get(character) ?? `\\u${code}`
  })
}

function readJson(text: string): Value {
  try {
    return parseJsonValue(text)
  } catch (cause) {
    throw new TemplateRenderError("$util.parseJson received a text that is not JSON.", { cause })
  }
}

/** `application/x-www-form-urlencoded`, as Java's URLEncoder writes it. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%20", "+")
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

function urlDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch (cause) {
    throw new TemplateRenderError("$util.urlDecode received an invalid encoding.", { cause })
  }
}
