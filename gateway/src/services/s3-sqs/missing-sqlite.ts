// Lets fauxqs load on a Node.js without `node:sqlite`: it imports SQLite always, and uses it only to keep data.
import { isBuiltin, register } from "node:module"

const SQLITE = "node:sqlite"

const REPLACEMENT = `data:text/javascript,${encodeURIComponent(
  `export class DatabaseSync { constructor() { throw new Error("This Node.js has no ${SQLITE}.") } }`,
)}`

const HOOKS = `data:text/javascript,${encodeURIComponent(
  `export const resolve = (specifier, context, next) =>
    specifier === "${SQLITE}" ? { url: "${REPLACEMENT}", shortCircuit: true } : next(specifier, context)`,
)}`

/** Called before fauxqs is loaded. Node.js has SQLite without a flag since 22.13. */
export function replaceMissingSqlite(): void {
  if (!isBuiltin(SQLITE)) register(HOOKS)
}
