// Finds the files beside the handler that are loaded only when they are needed: its reading thread and its modules.

/** @param name of a file that is bundled under its own name, in a bundle too */
export function entryPoint(name: `${string}-thread` | `${string}-module`): URL {
  const isBundled = import.meta.url.endsWith(".mjs")
  return new URL(isBundled ? `./${name}.mjs` : `./${name}.ts`, import.meta.url)
}
