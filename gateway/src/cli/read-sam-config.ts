// Reads the settings of `sam deploy` in the samconfig.toml next to a template: parameters, stack name and region.
// Only the part of TOML that the SAM CLI writes is read: tables, texts and lists of texts.
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { GatewayError } from "../foundation/errors.ts"

export type SamConfig = { parameters: Map<string, string>; stackName: string | undefined; region: string | undefined }

const FILE = "samconfig.toml"

/**
 * @param template the path of a template file
 * @returns undefined without such a file, or when it has none of these values
 * @throws GatewayError BAD_OPTION for parameters that cannot be read
 */
export function readSamConfig(template: string): SamConfig | undefined {
  const path = join(dirname(template), FILE)
  if (!/\.(ya?ml|json)$/.test(template) || !existsSync(path)) return undefined
  const tables = readTables(readFileSync(path, "utf8"))
  // AWS: the table of a command replaces values of the global one (sam-config)
  const values = new Map([
    ...(tables.get("default.global.parameters") ?? []),
    ...(tables.get("default.deploy.parameters") ?? []),
  ])
  const [stackName] = values.get("stack_name") ?? []
  const [region] = values.get("region") ?? []
  const parameters = parametersOf(values.get("parameter_overrides") ?? [], path)
  if (stackName === undefined && region === undefined && parameters.size === 0) return undefined
  return { parameters, stackName, region }
}

/** Lists of texts by key, by the name of their table. A single text is a list of one. */
function readTables(text: string): Map<string, Map<string, string[]>> {
  const tables = new Map<string, Map<string, string[]>>()
  let table = new Map<string, string[]>()
  const entries = /^[ \t]*(?:\[([^[\]\n]+)\]|([\w-]+)[ \t]*=[ \t]*(\[[^\]]*\]|"""[\s\S]*?"""|[^\n]*))/gm
  // mutants: equivalent, there is a value whenever there is a key
  for (const [, name, key, value = ""] of text.matchAll(entries)) {
    if (name !== undefined) {
      const path = name.split(".").map((part) => part.trim().replace(/^["']|["']$/g, ""))
      table = tables.get(path.join(".")) ?? new Map()
      tables.set(path.join("."), table)
    } else if (key !== undefined) table.set(key, textsIn(value))
  }
  return tables
}

function textsIn(value: string): string[] {
  const texts = value.matchAll(/"""([\s\S]*?)"""|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'/g)
  return [...texts].map(([, block, basic, literal]) => literal ?? unescaped(basic ?? block ?? ""))
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\ntr])/g, (_, character: string) => {
    const escaped = new Map([
      ["n", "\n"],
      ["t", "\t"],
      ["r", "\r"],
    ])
    return escaped.get(character) ?? character
  })
}

/** AWS: `Name=value`, with quotes around a value with spaces, or `ParameterKey=Name,ParameterValue=value` (sam-config) */
function parametersOf(overrides: readonly string[], path: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const override of overrides) {
    const rest = override.replaceAll(
      /(?:ParameterKey=([A-Za-z0-9]+),\s*ParameterValue|([A-Za-z0-9]+))=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g,
      (_, longName: string | undefined, name: string | undefined, value: string) => {
        parameters.set(longName ?? name ?? "", value.replace(/^(["'])([\s\S]*)\1$/, "$2").replaceAll('\\"', '"'))
        return ""
      },
    )
    if (rest.trim() === "") continue
    throw new GatewayError("BAD_OPTION", `parameter_overrides of ${path} has "${rest.trim()}".`, {
      hint: "Write Name=value for each parameter, with quotes around a value with spaces.",
    })
  }
  return parameters
}
