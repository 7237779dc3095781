// `_X_AMZN_TRACE_ID` changes with each invocation, for everything that reads variables in JavaScript.
import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"

const program = (body: string) => `
  import { spawnSync } from "node:child_process"
  import { installTraceId } from ${JSON.stringify(new URL("./trace-id.ts", import.meta.url).href)}
  const real = process.env
  const begin = installTraceId(process)
  const requestId = (digit) => digit.repeat(8) + "-0000-4000-8000-" + "0".repeat(12)
  const parts = (id) => /^Root=1-[0-9a-f]{8}-([0-9a-f]{24});Parent=([0-9a-f]{16});Sampled=0$/.exec(id)?.slice(1)
  const result = (() => { ${body} })()
  console.log(JSON.stringify(result))
`

/** In a process, because the variables of this one are the test runner's. */
function run(body: string): unknown {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--max-semi-space-size=1", "--input-type=module", "--eval", program(body)],
    {
      encoding: "utf8",
      env: { TABLE: "documents", NODE_NO_WARNINGS: "1" },
    },
  )
  expect(stderr).toBe("")
  return JSON.parse(stdout)
}

const first = ["111111110000400080000000", "8000000000000000"]
const second = ["222222220000400080000000", "8000000000000000"]

test("every way of reading the variables sees the id of the invocation that runs", () => {
  const body = `
    const { env } = process
    begin(requestId("1"))
    const before = process.env._X_AMZN_TRACE_ID
    begin(requestId("2"))
    const ids = {
      captured: env._X_AMZN_TRACE_ID,
      spread: { ...process.env }._X_AMZN_TRACE_ID,
      entries: Object.fromEntries(Object.entries(process.env))._X_AMZN_TRACE_ID,
      descriptor: Object.getOwnPropertyDescriptor(process.env, "_X_AMZN_TRACE_ID").value,
      json: JSON.parse(JSON.stringify(process.env))._X_AMZN_TRACE_ID,
      child: spawnSync(process.execPath, ["-p", "process.env._X_AMZN_TRACE_ID"], { encoding: "utf8" }).stdout.trim(),
    }
    return { before: parts(before), after: Object.values(ids).map(parts), has: "_X_AMZN_TRACE_ID" in process.env }
  `
  expect(run(body)).toEqual({ before: first, after: Array.from({ length: 6 }, () => second), has: true })
})

test("other variables are those of the process, and are converted to text", () => {
  const body = `
    begin(requestId("1"))
    process.env.COUNT = 7
    delete process.env.NODE_NO_WARNINGS
    return { table: process.env.TABLE, count: real.COUNT, keys: Object.keys(process.env).sort(), missing: process.env.NONE ?? null }
  `
  expect(run(body)).toEqual({
    table: "documents",
    count: "7",
    keys: ["COUNT", "TABLE", "_X_AMZN_TRACE_ID"],
    missing: null,
  })
})

test("a value that the handler sets, defines or deletes counts until the next invocation", () => {
  const body = `
    begin(requestId("1"))
    process.env._X_AMZN_TRACE_ID = 1
    const set = process.env._X_AMZN_TRACE_ID
    begin(requestId("2"))
    const afterSet = parts(process.env._X_AMZN_TRACE_ID)
    Object.defineProperty(process.env, "_X_AMZN_TRACE_ID", { value: "2", configurable: true, enumerable: true, writable: true })
    const defined = process.env._X_AMZN_TRACE_ID
    delete process.env._X_AMZN_TRACE_ID
    const deleted = process.env._X_AMZN_TRACE_ID ?? null
    begin(requestId("1"))
    return { set, afterSet, defined, deleted, next: parts(process.env._X_AMZN_TRACE_ID), native: parts(real._X_AMZN_TRACE_ID) }
  `
  expect(run(body)).toEqual({ set: "1", afterSet: second, defined: "2", deleted: null, next: first, native: first })
})

test("an object that the handler puts in place of the variables has the id too", () => {
  const body = `
    process.env = { own: "1" }
    begin(requestId("1"))
    return { ...process.env, _X_AMZN_TRACE_ID: parts(process.env._X_AMZN_TRACE_ID) }
  `
  expect(run(body)).toEqual({ own: "1", _X_AMZN_TRACE_ID: first })
})

test("memory does not grow with the number of invocations", () => {
  const body = `
    const grow = (count) => { for (let n = 0; n < count; n++) { begin(String(n).padStart(36, "0")); process.env._X_AMZN_TRACE_ID } }
    grow(20_000)
    const before = process.memoryUsage.rss()
    grow(100_000)
    return process.memoryUsage.rss() - before
  `
  // With a real variable: 12 MB.
  expect(run(body)).toBeLessThan(6 * 2 ** 20)
})
