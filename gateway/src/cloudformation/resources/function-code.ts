// Locates the code of functions and layers on this machine.
import { isAbsolute, join } from "node:path"
import type { FunctionCode } from "../../definition/lambda.ts"
import type { Properties } from "../resolve/properties.ts"
import type { AssetFile, Stack } from "../source/stack.ts"

/** `undefined` for a container image, or for an object that is not among the stack's assets. */
export function locateCode(stack: Stack, code: Properties | undefined): FunctionCode | undefined {
  const source = code?.text("ZipFile")
  if (source !== undefined) return { form: "inline", source }
  const key = code?.text("S3Key")
  if (key !== undefined) return codeOf(findAsset(stack, key))
  const local = code?.text("LocalPath")
  if (local === undefined || stack.folder === undefined) return undefined
  const path = isAbsolute(local) ? local : join(stack.folder, local)
  return /\.(zip|jar)$/.test(path) ? { form: "zip", path } : { form: "folder", path }
}

/** The asset with this key. Publishing tools differ in the prefix that they add, but not in the last part of the key. */
export function findAsset(stack: Stack, key: string): AssetFile | undefined {
  return stack.assets.get(key) ?? stack.assets.get(key.split("/").at(-1) ?? key)
}

function codeOf(asset: AssetFile | undefined): FunctionCode | undefined {
  if (asset === undefined) return undefined
  return asset.form === "folder" ? { form: "folder", path: asset.path } : { form: "zip", path: asset.path }
}
