// Which handlers are reported at start because their file does not exist.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { explainMissingHandler } from "./explain-missing-handler.ts"
import { defineFunction } from "./testing/lambda-under-test.ts"

function explain(files: string[], changes: Partial<FunctionDefinition>) {
  const taskRoot = mkdtempSync(join(tmpdir(), "handler-"))
  onTestFinished(() => rmSync(taskRoot, { recursive: true }))
  for (const file of files) {
    mkdirSync(dirname(join(taskRoot, file)), { recursive: true })
    writeFileSync(join(taskRoot, file), "")
  }
  const code = {
    taskRoot,
    layerFolders: [],
    layerModules: [],
    isTemporary: false,
    fingerprint: "",
    unpack() {},
    remove() {},
  }
  const missing = explainMissingHandler(defineFunction("", changes), code)
  return missing && { ...missing, message: missing.message.replace(taskRoot, "/code") }
}

test.each<[string, string, string]>([
  ["index.js", "index.handler", "nodejs24.x"],
  ["index.mjs", "index.handler", "nodejs24.x"],
  ["index.cjs", "index.handler", "nodejs20.x"],
  ["dist/functions/connect.js", "dist/functions/connect.nested.handler", "nodejs24.x"],
  ["app.py", "app.handler", "python3.13"],
  ["chat/app.py", "chat.app.handler", "python3.13"],
  ["chat/app.py", "chat/app.handler", "python3.13"],
  ["chat/__init__.py", "chat.handler", "python3.13"],
])("%s has the handler %s of %s", (file, handler, runtime) => {
  expect(explain([file], { handler, runtime })).toBeUndefined()
})

test("a source that is not compiled is named", () => {
  const files = ["src/connect.ts", "node_modules/connect.ts", "node_modules/x/connect.ts"]
  expect(explain(files, { handler: "dist/connect.handler", runtime: "nodejs24.x" })).toEqual({
    message: "Function: The handler is dist/connect.handler, and /code/dist/connect.js does not exist.",
    hint: 'Compile src/connect.ts first. With SAM, "BuildMethod: esbuild" in its Metadata bundles it at start.',
  })
})

test("without a source, the hint is to build or to correct the handler", () => {
  const hint = "Build the function first, or correct its handler."
  expect(explain(["other.js"], { handler: "index.handler", runtime: "nodejs24.x" })).toMatchObject({ hint })
  expect(explain(["other.py"], { handler: "app.handler", runtime: "python3.13" })).toEqual({
    message: "Function: The handler is app.handler, and /code/app.py does not exist.",
    hint,
  })
})

test("a folder that was removed since it was deployed is reported like a missing file", () => {
  const code = { taskRoot: "/missing", layerFolders: [], layerModules: [], isTemporary: false, fingerprint: "" }
  expect(explainMissingHandler(defineFunction(""), { ...code, unpack() {}, remove() {} })).toEqual({
    message: `Function: The handler is index.handler, and ${join("/missing", "index.js")} does not exist.`,
    hint: "Build the function first, or correct its handler.",
  })
})

test("programs and handlers that a layer of Python can have are not reported", () => {
  expect(explain([], { handler: "main", runtime: "provided.al2023" })).toBeUndefined()
  const layers: FunctionDefinition["layers"] = [{ form: "folder", path: "/layer" }]
  expect(explain([], { handler: "app.handler", runtime: "python3.13", layers })).toBeUndefined()
})
