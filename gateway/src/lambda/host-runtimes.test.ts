// Which program runs a function, and what is reported when this machine has another one or none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { findPython } from "./host-python.ts"
import { createHostRuntimes } from "./host-runtimes.ts"
import { defineFunction } from "./testing/lambda-under-test.ts"
import { hostPython, needsPython } from "./testing/python-under-test.ts"

function runtimesOn(version: string | undefined) {
  const warnings: unknown[][] = []
  const runtimes = createHostRuntimes({
    compileCache: "/cache",
    log: { info() {}, error() {}, warn: (event, fields) => warnings.push([event, fields?.message, fields?.hint]) },
    findHostPython: () => (version === undefined ? undefined : { file: "/bin/python3", version }),
  })
  return { ...runtimes, warnings }
}

const code = {
  taskRoot: "/code",
  layerFolders: [],
  layerModules: [],
  isTemporary: false,
  fingerprint: "",
  unpack() {},
  remove() {},
}

const placed = (definition: FunctionDefinition) => ({ definition, code })

test("Python functions of any version run on the Python of the machine, and each other version is reported once", () => {
  const { commandOf, report, warnings } = runtimesOn("3.11")
  const [a, b, c] = ["python3.11", "python3.13", "python3.13"].map((runtime) =>
    defineFunction("", { runtime, isTarget: true }),
  )
  expect(commandOf(a!, code).file).toBe("/bin/python3")
  report([a!, b!, c!].map(placed))
  report([a!, b!, c!].map(placed))
  expect(warnings.filter(([event]) => event !== "Calls fail")).toEqual([
    [
      "Another version of Python",
      "Functions of python3.13 run on Python 3.11, which is the python3 of this machine.",
      "Install Python 3.13 to run them on it.",
    ],
  ])
})

test("a function that nothing served invokes is reported when it is invoked", () => {
  const { commandOf, report, warnings } = runtimesOn("3.11")
  const definition = defineFunction("", { runtime: "python3.13" })
  report([placed(definition)])
  expect(warnings).toEqual([])
  expect(commandOf(definition, code).file).toBe("/bin/python3")
  expect(warnings).toHaveLength(1)
})

test("Node.js functions need no Python", () => {
  const { commandOf, report, warnings } = runtimesOn(undefined)
  const definition = defineFunction("", { runtime: "nodejs24.x" })
  expect(commandOf(definition, code).file).toBe(process.execPath)
  report([placed(definition)])
  expect(warnings).toEqual([])
})

test("a handler whose file does not exist is reported once at start", () => {
  const { report, warnings } = runtimesOn(undefined)
  const definition = defineFunction("", { runtime: "nodejs24.x", isTarget: true })
  report([placed(definition)])
  report([placed(definition)])
  const message = "Function: The handler is index.handler, and /code/index.js does not exist."
  expect(warnings).toEqual([["Calls fail", message, expect.stringContaining("Build the function")]])
})

test("a program of a provided runtime that is missing is reported at start, with what programs cannot reach", () => {
  const { report, warnings } = runtimesOn(undefined)
  report([placed(defineFunction("", { runtime: "provided.al2023", isTarget: true }))])
  expect(warnings.map(([, message]) => message)).toEqual([
    "Addresses of AWS in programs of provided runtimes are not redirected: Function",
    "Function: There is no program named bootstrap in /code. Build it first.",
  ])
})

test("compiled files are written only where the code was unpacked", () => {
  const { commandOf } = runtimesOn("3.13")
  const definition = defineFunction("", { runtime: "python3.13" })
  expect(commandOf(definition, code).args).toContain("-B")
  expect(commandOf(definition, { ...code, isTemporary: true }).args).not.toContain("-B")
})

test("without Python in the PATH none is found", () => {
  expect(findPython("/nowhere")).toBeUndefined()
})

test.skipIf(process.platform === "win32").each([
  ["python3", "3 9", { file: "/opt/python", version: "3.9" }],
  ["python3", "3 8", undefined],
  ["python3", "2 10", undefined],
  ["python", "3 13", undefined],
])("a program %s of version %s is found as %o", (name, version, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "python-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), `#!/bin/sh\necho /opt/python\necho ${version}\n`, { mode: 0o755 })
  expect(findPython(folder)).toEqual(expected)
})

describe.runIf(hostPython)(needsPython("the Python of this machine"), () => {
  test("is a program with its version", () => {
    expect(hostPython).toEqual({ file: expect.stringMatching(/python/i), version: expect.stringMatching(/^3\.\d+$/) })
  })
})
