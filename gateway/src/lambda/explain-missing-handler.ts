// Explains at start that the file of a handler does not exist, which otherwise only the first invocation shows.
import { existsSync, readdirSync } from "node:fs"
import { basename, join } from "node:path"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { runtimeFamily } from "../definition/runtime-family.ts"
import type { PreparedCode } from "./function-code.ts"

const sourceExtensions = [".ts", ".mts", ".cts", ".tsx"]

/** @returns undefined when the file exists, and for runtimes whose handler is not a file */
export function explainMissingHandler(
  { logicalId, handler, runtime, layers }: FunctionDefinition,
  { taskRoot }: PreparedCode,
): { message: string; hint: string } | undefined {
  const family = runtimeFamily(runtime)
  // The modules of a layer of Python are in its path, so the handler can be one of them.
  if (family === "custom" || family === undefined || (family === "python" && layers.length > 0)) return undefined
  const module = join(taskRoot, moduleOf(handler, family))
  const candidates =
    family === "python" ? [`${module}.py`, module] : [".js", ".mjs", ".cjs"].map((extension) => module + extension)
  if (candidates.some(existsSync)) return undefined
  const source = family === "python" ? undefined : findSource(taskRoot, basename(module))
  return {
    message: `${logicalId}: The handler is ${handler}, and ${candidates[0]} does not exist.`,
    hint:
      source === undefined
        ? "Build the function first, or correct its handler."
        : `Compile ${source} first. With SAM, "BuildMethod: esbuild" in its Metadata bundles it at start.`,
  }
}

function moduleOf(handler: string, family: "node" | "python"): string {
  const file = basename(handler)
  const folder = handler.slice(0, handler.length - file.length)
  const dot = family === "python" ? file.lastIndexOf(".") : file.indexOf(".")
  const name = dot < 1 ? file : file.slice(0, dot)
  return folder + (family === "python" ? name.replaceAll(".", "/") : name)
}

function findSource(folder: string, name: string): string | undefined {
  if (!existsSync(folder)) return undefined
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
  return names.find(
    (path) =>
      !path.includes("node_modules") && sourceExtensions.some((extension) => basename(path) === name + extension),
  )
}
