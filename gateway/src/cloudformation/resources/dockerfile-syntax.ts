// Splits a Dockerfile into its instructions, and their arguments into words.
import { parseJson } from "../../foundation/parse-json.ts"

export type Instruction = { name: string; rest: string }

/** Lines that end with a backslash go on in the next one; comments and empty lines are dropped. */
export function instructionsOf(text: string): Instruction[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line))
  return lines
    .join("\n")
    .replaceAll(/\\[ \t]*\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(line) ?? []
      return { name, rest }
    })
}

/** The flags of COPY, and its paths. The last path is the target. */
export function copyOf(rest: string): { flags: string; words: string } {
  const flags = rest.match(/^(--\S+\s+)*/)?.[0] ?? ""
  return { flags: flags.trim(), words: rest.slice(flags.length) }
}

export function pathsOf(words: string): string[] {
  return listOf(words) ?? words.split(/\s+/).map(unquoted)
}

/** The list of a JSON text; undefined for any other text. */
export function listOf(text: string): string[] | undefined {
  if (!text.startsWith("[")) return undefined
  const list = parseJson(text)
  return Array.isArray(list) && list.every((one) => typeof one === "string") ? list : undefined
}

/** The argument of ARG, and the text of its default. */
export function argumentOf(rest: string): { name: string; value: string } {
  const [, name = "", value = ""] = /^(\w+)(?:=(.*))?$/.exec(rest) ?? []
  return { name, value }
}

/** The variables of ENV. */
export function pairsOf(text: string): [string, string][] {
  if (!/^\w+=/.test(text)) {
    const [, name = "", value = ""] = /^(\w+)\s+(.*)$/.exec(text) ?? []
    return [[name, value]]
  }
  return [...text.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, name = "", value = ""]) => [name, unquoted(value)])
}

/** @param expand of a variable; what it returns for one without a value is in the text */
export function substitute(text: string, expand: (name: string, found: string) => string): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (found, braced?: string, plain?: string) =>
    expand(braced ?? plain ?? "", found),
  )
}

export function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2")
}
