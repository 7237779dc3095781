// The compiled code that execution environments keep for those that start later.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, expect, onTestFinished, test } from "vitest"
import { compileCacheFolder } from "../../foundation/compile-cache.ts"
import { arnOf, closeLambdas, defineFunction, startLambda } from "../testing/lambda-under-test.ts"

afterEach(closeLambdas)

/** A process starts later on a busy machine than within the second of the default. */
const patient = { timeout: 20_000 }

function countCompiledModules(): number {
  const folder = compileCacheFolder("lambda")
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
}

test("is kept before the first invocation ends, for processes that start meanwhile", async () => {
  await startLambda("exports.handler = async () => 1").call()
  const before = countCompiledModules()
  const { invoke } = startLambda("exports.handler = () => new Promise(() => setInterval(() => {}, 1000))")
  void invoke(arnOf("f"), "{}")
  await expect.poll(countCompiledModules, patient).toBe(before + 1)
})

test("has the modules that the first invocation loads", async () => {
  const path = mkdtempSync(join(tmpdir(), "compiled-code-"))
  onTestFinished(() => rmSync(path, { recursive: true }))
  writeFileSync(join(path, "index.mjs"), `export const handler = async () => (await import("./later.mjs")).value`)
  writeFileSync(join(path, "later.mjs"), "export const value = 1")
  await startLambda("exports.handler = async () => 1").call()
  const before = countCompiledModules()
  const { call } = startLambda([defineFunction("", { code: { form: "folder", path } })])
  expect(await call()).toBe(1)
  await expect.poll(countCompiledModules, patient).toBe(before + 2)
})
