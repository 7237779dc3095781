// Locates the code of functions and layers on this machine.
import { statSync } from "node:fs"
import { basename, dirname, isAbsolute, join } from "node:path"
import type { BuildProperties, FunctionCode } from "../../definition/lambda.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { AssetFile, Stack } from "../source/stack.ts"

/**
 * @param name the property that has the code
 * @returns undefined for a container image, or for an object that is not among the stack's assets
 */
export function locateCode(stack: Stack, properties: Properties, name: "Code" | "Content"): FunctionCode | undefined {
  // AWS: `aws cloudformation package` uploads the local path that is in its place (template-local-paths)
  if (typeof properties.value(name) === "string") return localCode(stack, properties.text(name))
  const code = properties.object(name)
  const source = code?.text("ZipFile")
  if (source !== undefined) return { form: "inline", source }
  const key = code?.text("S3Key")
  if (key !== undefined) return codeOf(findAsset(stack, key))
  return localCode(stack, code?.text("LocalPath"), code)
}

/** @param code with how `sam build` builds it, in properties of this gateway */
function localCode(stack: Stack, local: string | undefined, code?: Properties): FunctionCode | undefined {
  if (local === undefined || stack.folder === undefined) return undefined
  const path = isAbsolute(local) ? local : join(stack.folder, local)
  if (/\.(zip|jar)$/.test(path)) return { form: "zip", path }
  // AWS: a file that is no archive is the only file of the code (template-code-file)
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    return { form: "image", path: dirname(path), files: [{ from: path, to: basename(path) }] }
  }
  const [build, makeTarget] = [code?.object("BuildProperties"), code?.text("MakeTarget")]
  const layerFolder = code?.text("LayerFolder")
  return {
    form: "folder",
    path,
    ...withoutUndefined({ build: build && readBuild(build), makeTarget, layerFolder }),
  }
}

/** AWS: `BuildProperties` are options of esbuild (template-sam-esbuild) */
function readBuild(properties: Properties): BuildProperties {
  return {
    entryPoints: properties.texts("EntryPoints"),
    external: properties.texts("External"),
    loader: properties.texts("Loader"),
    outExtension: properties.texts("OutExtension"),
    ...withoutUndefined({
      format: properties.oneOf("Format", ["cjs", "esm"]),
      target: properties.text("Target"),
      mainFields: properties
        .text("MainFields")
        ?.split(",")
        .map((field) => field.trim()),
      minify: properties.flag("Minify"),
    }),
  }
}

/** The asset with this key. Publishing tools differ in the prefix that they add, but not in the last part of the key. */
export function findAsset(stack: Stack, key: string): AssetFile | undefined {
  return stack.assets.get(key) ?? stack.assets.get(key.split("/").at(-1) ?? key)
}

function codeOf(asset: AssetFile | undefined): FunctionCode | undefined {
  if (asset === undefined) return undefined
  return asset.form === "folder" ? { form: "folder", path: asset.path } : { form: "zip", path: asset.path }
}
