// Decides whether stack traces name the original source. Node.js reads a source map when its module is loaded, which takes
// a second and 80 MB for ten megabytes: more than a small function has.
import { basename, dirname, join } from "node:path"
import { statSync } from "./builtins.ts"

const MAX_SOURCE_MAP_BYTES = 4 * 1024 * 1024

/** @param handler `index.handler`: the map is next to its file, `index.js.map` */
export function readsSourceMap(taskRoot: string, handler: string): boolean {
  const [name = ""] = basename(handler).split(".")
  const module = join(taskRoot, dirname(handler), name)
  return [".js", ".mjs", ".cjs"].every((extension) => {
    const map = statSync(`${module}${extension}.map`, { throwIfNoEntry: false })
    return (map?.size ?? 0) <= MAX_SOURCE_MAP_BYTES
  })
}
