// Finds the Python of this machine, which runs the functions of Python runtimes.
import { spawnSync } from "node:child_process"

export type HostPython = {
  /** Path of the program. In a virtual environment it is the one there, so that its packages are found. */
  file: string
  /** `3.13` */
  version: string
}

const MINIMUM_MINOR_VERSION = 9
const TIMEOUT_MS = 20_000
// A shim of a version manager takes longer to start than Python itself, so the program behind it is asked for.
const question = "import sys; print(sys.executable); print('%d %d' % sys.version_info[:2])"

/** By search path. Asking takes a tenth of a second, and a test suite starts many gateways. */
const found = new Map<string | undefined, HostPython>()

/** @param path the search path instead of this process's own */
export function findPython(path?: string): HostPython | undefined {
  const python = found.get(path) ?? searchPython(path)
  if (python) found.set(path, python)
  return python
}

function searchPython(path: string | undefined): HostPython | undefined {
  const names = process.platform === "win32" ? ["python", "python3"] : ["python3"]
  const variables = path === undefined ? {} : { env: { PATH: path } }
  for (const name of names) {
    const { stdout } = spawnSync(name, ["-c", question], { ...variables, encoding: "utf8", timeout: TIMEOUT_MS })
    // mutants: equivalent, any text without a version means that there is no such program
    const [, file, major, minor] = /^(.+)\r?\n(\d+) (\d+)\s*$/.exec(stdout ?? "") ?? []
    if (file !== undefined && major === "3" && Number(minor) >= MINIMUM_MINOR_VERSION) {
      return { file, version: `${major}.${minor}` }
    }
  }
  return undefined
}
