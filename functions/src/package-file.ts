// Finds a file of a package that is not bundled, such as WebAssembly or language data.
import { createRequire } from "node:module"

/** Beside the code in a bundle, as the stack copies it; in its package otherwise. */
export function packageFile(specifier: string): string | URL {
  const isBundled = import.meta.url.endsWith(".mjs")
  if (isBundled) return new URL(specifier.slice(specifier.lastIndexOf("/") + 1), import.meta.url)
  return createRequire(import.meta.url).resolve(specifier)
}
