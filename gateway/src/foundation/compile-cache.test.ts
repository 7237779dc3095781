// Folders of compiled code, as a process of the gateway chooses them.
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { expect, onTestFinished, test } from "vitest"

const program = `
  const { compileCacheFolder } = await import(${JSON.stringify(new URL("./compile-cache.ts", import.meta.url).href)})
  console.log(JSON.stringify(["stand-ins", "lambda"].map(compileCacheFolder)))
`

function foldersOf(env: Record<string, string>): { standIns: string; lambda: string } {
  const flags = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", program]
  const [standIns, lambda] = JSON.parse(execFileSync(process.execPath, flags, { env, encoding: "utf8" }))
  return { standIns, lambda }
}

test("folders are removed with the process that has no compile cache", () => {
  const { standIns, lambda } = foldersOf({ TMPDIR: tmpdir(), TEMP: tmpdir() })
  expect(standIns).not.toBe(lambda)
  expect([existsSync(standIns), existsSync(lambda)]).toEqual([false, false])
})

test("folders of processes that were killed are removed by the next process, and those of others are not", () => {
  const temporary = mkdtempSync(join(tmpdir(), "compile-cache-"))
  onTestFinished(() => rmSync(temporary, { recursive: true }))
  const { pid } = spawnSync(process.execPath, ["--version"])
  const [abandoned, used, other] = [`lambda-compiled-${pid}-a`, `lambda-compiled-${process.pid}-a`, "lambda-compiled-x"]
  for (const name of [abandoned, used, other]) mkdirSync(join(temporary, name))
  foldersOf({ TMPDIR: temporary, TEMP: temporary })
  expect(readdirSync(temporary).toSorted()).toEqual([used, other].toSorted())
})

test("compiled code of stand-ins is kept with that of the process, and that of functions is not", () => {
  const cache = mkdtempSync(join(tmpdir(), "compile-cache-"))
  onTestFinished(() => rmSync(cache, { recursive: true }))
  const first = foldersOf({ NODE_COMPILE_CACHE: cache })
  const second = foldersOf({ NODE_COMPILE_CACHE: cache })
  expect(second.standIns).toBe(first.standIns)
  expect(relative(cache, first.standIns)).not.toMatch(/^\.\./)
  expect(second.lambda).not.toBe(first.lambda)
  expect(relative(cache, first.lambda)).toMatch(/^\.\./)
})
