// Loads the stacks of a source: all stacks of a cloud assembly, or the stack of one template, each with its nested stacks.
import { readdir, stat } from "node:fs/promises"
import { basename, dirname, extname, join, resolve } from "node:path"
import { GatewayError } from "../../foundation/errors.ts"
import { loadNestedStacks } from "./load-nested-stacks.ts"
import {
  type AssemblyOptions,
  defaultAccountId,
  defaultRegion,
  readAssembly,
  readAssetManifest,
} from "./read-assembly.ts"
import { readSourceFile } from "./read-source-file.ts"
import { readTemplate } from "./read-template.ts"
import type { AssetFile, Stack } from "./stack.ts"

const templateNames = ["template.yaml", "template.yml", "template.json"]

/**
 * @param source a `cdk.out` folder, a folder that contains one (or a `template.yaml`), or a template file.
 * @throws GatewayError FILE_NOT_FOUND or TEMPLATE_UNREADABLE.
 */
export async function loadSource(source: string, options: AssemblyOptions = {}): Promise<Stack[]> {
  const path = resolve(source)
  const form = await formOf(path)
  if (!form) {
    const hint = "Run `cdk synth` to write cdk.out, or give the path of a CloudFormation or SAM template."
    throw new GatewayError("FILE_NOT_FOUND", `${source} does not exist.`, { hint })
  }
  if (form === "file")
    return basename(path) === "manifest.json" ? loadAssembly(dirname(path), options) : loadTemplate(path, options)
  for (const folder of [path, join(path, "cdk.out")]) {
    if (await formOf(join(folder, "manifest.json"))) return loadAssembly(folder, options)
  }
  for (const name of templateNames) {
    if (await formOf(join(path, name))) return loadTemplate(join(path, name), options)
  }
  const hint = "Run `cdk synth` to write one, or give the path of a template file."
  throw new GatewayError("TEMPLATE_UNREADABLE", `${source} is not a cloud assembly: it has no manifest.json.`, { hint })
}

async function loadAssembly(folder: string, options: AssemblyOptions): Promise<Stack[]> {
  return withNestedStacks(await readAssembly(folder, options))
}

async function loadTemplate(path: string, options: AssemblyOptions): Promise<Stack[]> {
  const name = basename(path, extname(path)).replace(/\.template$/, "")
  const folder = dirname(path)
  const stack: Stack = {
    // AWS: a stack name has letters, digits and hyphens only (template-stack-name)
    stackName: (options.stackName ?? (name === "template" ? basename(folder) : name)).replaceAll(
      /[^A-Za-z0-9-]+/g,
      "-",
    ),
    template: readTemplate(await readSourceFile(path), path, options.parameters),
    region: options.region ?? defaultRegion,
    accountId: options.accountId ?? defaultAccountId,
    folder,
    assets: await assetsOf(folder, name),
    constructPaths: new Map(),
    parameters: new Map(Object.entries(options.parameters ?? {})),
  }
  return withNestedStacks([stack])
}

/** The template's asset manifest, or else the archives next to the template, where the Serverless Framework packages code. */
async function assetsOf(folder: string, name: string): Promise<Map<string, AssetFile>> {
  const assetManifest = join(folder, `${name}.assets.json`)
  if (await formOf(assetManifest)) return readAssetManifest(assetManifest)
  const archives = (await readdir(folder)).filter((file) => extname(file) === ".zip")
  return new Map(archives.map((file) => [file, { path: join(folder, file), form: "zip" }]))
}

async function withNestedStacks(stacks: Stack[]): Promise<Stack[]> {
  return (await Promise.all(stacks.map(async (stack) => [stack, ...(await loadNestedStacks(stack))]))).flat()
}

async function formOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return undefined
  return found.isDirectory() ? "folder" : "file"
}
