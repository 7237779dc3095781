// Suggests what to serve when a folder has no source: templates under other names, and applications in its subfolders.
import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative } from "node:path"

/** Applications are usually in a subfolder such as `backend` or `packages/api`. */
const MAX_DEPTH = 2
const MAX_TEMPLATE_BYTES = 1024 * 1024
const MAX_SUGGESTIONS = 5

const templateFile = /\.(ya?ml|json|template)$/
/** The section of a template, at the beginning of a line of YAML or as a key of JSON. */
const resourcesSection = /^Resources\s*:|"Resources"\s*:\s*\{/m

/**
 * @param currentFolder what the paths of the commands are relative to
 * @returns a sentence with the commands to run, or with why the files of the folder are not served
 */
export function suggestSource(folder: string, currentFolder: string): string {
  const found = sourcesIn(folder, currentFolder, 0)
  if (found.length > 0) {
    const commands = found.slice(0, MAX_SUGGESTIONS).map((path) => `apigw-local ${path}`)
    return `Run ${listed(commands)}.`
  }
  const names = namesIn(folder).map(({ name }) => name)
  if (names.some((name) => /^serverless\.(ya?ml|json|js|ts)$/.test(name))) {
    return "A serverless.yml of the Serverless Framework is not read. Describe the same API in a SAM template or a CDK app, as the README of this package shows."
  }
  if (names.some((name) => name.endsWith(".tf"))) {
    return "Files of Terraform are not read. Give a CloudFormation or SAM template, or the folder of a CDK app."
  }
  return "Run the command in the folder of a CDK app (cdk.json), next to a template.yaml, or give the path of a cdk.out folder or a template."
}

/** Paths relative to `root`, those of the folder itself first. */
function sourcesIn(folder: string, root: string, depth: number): string[] {
  const entries = namesIn(folder)
  if (depth > 0 && entries.some(({ name }) => name === "cdk.json")) return [relative(root, folder)]
  const templates = entries.filter((entry) => entry.isFile() && isTemplate(join(folder, entry.name)))
  const subfolders = depth === MAX_DEPTH ? [] : entries.filter((entry) => entry.isDirectory() && isSearched(entry.name))
  return [
    ...templates.map(({ name }) => relative(root, join(folder, name))),
    ...subfolders.flatMap(({ name }) => sourcesIn(join(folder, name), root, depth + 1)),
  ]
}

function isSearched(name: string): boolean {
  return !name.startsWith(".") && !["node_modules", "cdk.out", "dist", "build"].includes(name)
}

function isTemplate(path: string): boolean {
  if (!templateFile.test(path)) return false
  try {
    return statSync(path).size <= MAX_TEMPLATE_BYTES && resourcesSection.test(readFileSync(path, "utf8"))
  } catch {
    // It cannot be read, or was deleted in the meantime.
    return false
  }
}

function namesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"` */
function listed(commands: readonly string[]): string {
  const quoted = commands.map((command) => `"${command}"`)
  const last = quoted.pop()
  return quoted.length === 0 ? `${last}` : `${quoted.join(", ")} or ${last}`
}
