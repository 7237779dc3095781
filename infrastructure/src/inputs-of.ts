// Finds the files that decide about the bundle of an entry point.
import type { Metafile } from "esbuild"

/**
 * The entry points, the files that these import, and what those import. The outputs of a metafile do not have the files of
 * which nothing is left in a bundle, although a change can add something.
 *
 * @param entries as their paths are in the metafile
 */
export function inputsOf(entries: readonly string[], { inputs }: Metafile): string[] {
  const reached = new Set(entries)
  // A set visits what is added meanwhile.
  for (const path of reached) {
    for (const one of inputs[path]?.imports ?? []) if (inputs[one.path] !== undefined) reached.add(one.path)
  }
  return [...reached]
}
