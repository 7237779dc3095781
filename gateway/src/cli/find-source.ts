// Finds what the command serves: the given source, or what is in the current folder.
import { existsSync, readFileSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { GatewayError } from "../foundation/errors.ts"
import { suggestSource } from "./suggest-source.ts"

/** `template`: a template file or a cloud assembly. `cdk-app`: a folder with a `cdk.json`, to be synthesized. */
export type Source = { kind: "template"; path: string } | { kind: "cdk-app"; folder: string }

const templateNames = ["template.yaml", "template.yml", "template.json"]

/**
 * @param given SOURCE of the command line
 * @throws GatewayError BAD_OPTION or FILE_NOT_FOUND
 */
export function findSource(folder: string, given: readonly string[]): Source {
  const [source, ...others] = given
  if (others.length > 0) {
    const message = `${given.length} sources are given: ${given.join(", ")}.`
    throw new GatewayError("BAD_OPTION", message, { hint: "Give one source; options start with --." })
  }
  if (source === undefined) return sourceInFolder(folder) ?? noSource(folder, folder)
  const path = resolve(folder, source)
  if (!existsSync(path)) {
    const hint = "Give the folder of a CDK app, a cdk.out folder, or a CloudFormation or SAM template."
    throw new GatewayError("FILE_NOT_FOUND", `${path} does not exist.`, { hint })
  }
  if (!statSync(path).isDirectory()) return { kind: "template", path }
  return sourceInFolder(path) ?? noSource(path, folder)
}

function sourceInFolder(folder: string): Source | undefined {
  if (existsSync(join(folder, "manifest.json"))) return { kind: "template", path: folder }
  if (existsSync(join(folder, "cdk.json"))) return { kind: "cdk-app", folder }
  if (existsSync(join(folder, "cdk.out", "manifest.json"))) return { kind: "template", path: join(folder, "cdk.out") }
  const template = [...templateNames, ...samConfigTemplate(folder)].find((name) => existsSync(join(folder, name)))
  return template === undefined ? undefined : { kind: "template", path: join(folder, template) }
}

/** The template that a SAM configuration file names: `template = "app.yaml"` or `template_file = "app.yaml"`. */
function samConfigTemplate(folder: string): string[] {
  const path = join(folder, "samconfig.toml")
  if (!existsSync(path)) return []
  const name = /^\s*template(?:_file)?\s*=\s*["']([^"'\n]+)["']/m.exec(readFileSync(path, "utf8"))?.[1]
  return name === undefined ? [] : [name]
}

function noSource(path: string, currentFolder: string): never {
  const message = `${path} has nothing to serve.`
  throw new GatewayError("FILE_NOT_FOUND", message, { hint: suggestSource(path, currentFolder) })
}
