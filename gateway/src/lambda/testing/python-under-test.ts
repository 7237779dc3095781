// Defines Python functions for tests, which are skipped where there is no Python.
import { spawnSync } from "node:child_process"
import type { FunctionDefinition } from "../../definition/lambda.ts"
import { findPython } from "../host-python.ts"
import { defineFunction } from "./lambda-under-test.ts"

export const hostPython = findPython()
export const hasBoto3 = hostPython !== undefined && spawnSync(hostPython.file, ["-c", "import boto3"]).status === 0

/** The title of tests that need Python: where they are skipped, it has the reason. */
export function needsPython(title: string): string {
  return hostPython ? title : `${title} (skipped: python3 3.9 or later is not in the PATH)`
}

export function needsBoto3(title: string): string {
  return hasBoto3 ? title : `${title} (skipped: boto3 is not installed for python3)`
}

/** The runtime of this machine's version, so that nothing is reported. */
export const pythonRuntime = `python${hostPython?.version ?? "3.13"}`

export function definePython(source: string, overrides: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return defineFunction(source, { runtime: pythonRuntime, ...overrides })
}
