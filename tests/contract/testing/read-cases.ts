// Finds the contract cases in the test files, without running them.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const folder = join(import.meta.dirname, "..")

export type ContractCase = {
  /** The row of docs/fidelity. */
  id: string
  file: string
  /** Known to fail. */
  isGap: boolean
}

export function readCases(): ContractCase[] {
  const files = readdirSync(folder).filter((name) => name.endsWith(".test.ts"))
  return files.flatMap((file) => casesIn(readFileSync(join(folder, file), "utf8"), file))
}

/** A case is a statement of its file: the call begins a line. */
export function casesIn(text: string, file: string): ContractCase[] {
  const calls = text.matchAll(/^contract(?:\.(local|gap))?\(\s*"([^"]*)"/gm)
  return [...calls].map(([, kind, id = ""]) => ({ id, file, isGap: kind === "gap" }))
}
