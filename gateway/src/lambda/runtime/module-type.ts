// Decides that a `.js` file is CommonJS although a package.json above the function's code has the type "module".
import nodeModule from "node:module"
import { dirname, join, sep } from "node:path"
import { isEsModule } from "../is-es-module.ts"
import { existsSync, fileURLToPath, readFileSync, realpathSync } from "./builtins.ts"

export type ModuleType = {
  isCommonJs(file: string): boolean
  /** What Node.js has resolved, with the format of CommonJS where that is needed. */
  apply<Resolved extends { url: string }>(resolved: Resolved): Resolved
}

/**
 * AWS: a package.json above /var/task is not deployed, so it does not decide (lambda-module-type-above)
 * @returns undefined where Node.js decides as on AWS
 */
export function createModuleType(taskRoot: string): ModuleType | undefined {
  if (!existsSync(taskRoot)) return undefined
  const root = realpathSync(taskRoot)
  if (hasManifest(root) || typeAbove(root) !== "module") return undefined

  function isCommonJs(file: string): boolean {
    if (!file.endsWith(".js") || !file.startsWith(root + sep)) return false
    for (let folder = dirname(file); folder !== root; folder = dirname(folder)) {
      if (hasManifest(folder)) return false
    }
    // As Node.js does where no package.json decides.
    return existsSync(file) && !isEsModule(readFileSync(file, "utf8"))
  }

  return {
    isCommonJs,
    apply: (resolved) =>
      resolved.url.startsWith("file:") && isCommonJs(fileURLToPath(resolved.url))
        ? { ...resolved, format: "commonjs" }
        : resolved,
  }
}

type Compiled = { _compile(source: string, file: string, format: string): unknown }
type Extensions = Record<string, (module: Compiled, file: string) => unknown>

/** Node.js reads the package.json again for each file that is required, and for one that is imported with this format. */
export function compileAsCommonJs({ isCommonJs }: ModuleType): void {
  const { _extensions: extensions } = nodeModule as unknown as { _extensions: Extensions }
  const original = extensions[".js"]
  extensions[".js"] = (module, file) =>
    isCommonJs(file) ? module._compile(readFileSync(file, "utf8"), file, "commonjs") : original?.(module, file)
}

const hasManifest = (folder: string) => existsSync(join(folder, "package.json"))

/** The type that Node.js would use: that of the nearest package.json. */
function typeAbove(root: string): unknown {
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    if (hasManifest(folder)) return typeOf(join(folder, "package.json"))
    if (folder === dirname(folder)) return undefined
  }
}

function typeOf(manifest: string): unknown {
  try {
    return JSON.parse(readFileSync(manifest, "utf8")).type
  } catch {
    return undefined
  }
}
