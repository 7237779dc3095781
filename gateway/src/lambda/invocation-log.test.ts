// What a function's log shows: Lambda's lines around each invocation, and the function's own in between.
import { afterEach, describe, expect, test } from "vitest"
import { arnOf, closeLambdas, defineFunction, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

const id = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"

describe("the text format", () => {
  test("has START, the output, END and REPORT, with the init duration only once", async () => {
    const { call, lines } = startLambda("export const handler = async ({ n }) => console.log('page', { n })")
    await call({ n: 1 })
    await call({ n: 2 })
    const report = `REPORT RequestId: ${id}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB`
    const patterns = [
      `START RequestId: ${id} Version: \\$LATEST`,
      `${time}\t${id}\tINFO\tpage { n: 1 }`,
      `END RequestId: ${id}`,
      `${report}\tInit Duration: \\d+\\.\\d\\d ms`,
      `START RequestId: ${id} Version: \\$LATEST`,
      `${time}\t${id}\tINFO\tpage { n: 2 }`,
      `END RequestId: ${id}`,
      report,
    ]
    expect(lines.map(({ text }) => text)).toEqual(patterns.map((pattern) => expect.stringMatching(`^${pattern}$`)))
  })

  test("has the duration of an invocation in the line that reports its end, and in no other", async () => {
    const { call, lines } = startLambda("export const handler = async () => console.log('here')")
    await call()
    expect(lines.map(({ durationMs }) => durationMs)).toEqual([undefined, undefined, undefined, expect.any(Number)])
    expect(lines[3]?.text).toContain(`Duration: ${lines[3]?.durationMs?.toFixed(2)} ms`)
  })

  test("has the request id and the environment of every line", async () => {
    const { invoke, lines } = startLambda("export const handler = async () => console.log('here')")
    const [first, second] = [await invoke(arnOf("f"), "{}"), await invoke(arnOf("f"), "{}")]
    expect(lines.map(({ requestId }) => requestId)).toEqual([
      ...Array(4).fill(first.requestId),
      ...Array(4).fill(second.requestId),
    ])
    expect(new Set(lines.map(({ environmentId }) => environmentId)).size).toBe(1)
  })

  test("names the levels, and leaves the text of the streams unchanged", async () => {
    const source = `export const handler = async () => {
      console.debug("d"); console.warn("w"); console.error("e")
      process.stdout.write("out\\n"); process.stderr.write(Buffer.from("err"))
      const names = Object.keys(process).filter((name) => /^std(out|err)$/.test(name))
      const { fd } = process.stdout
      process.stdout = process.stderr
      process.stdout.write(names.join() + fd + process.stdout.fd)
    }`
    const { call, lines } = startLambda(source)
    await call()
    const own = lines
      .filter(({ kind }) => kind !== "platform")
      .map(({ kind, text }) => [kind, text.split("\t").slice(2).join(" ") || text])
    expect(own).toEqual([
      ["stdout", "DEBUG d"],
      ["stdout", "WARN w"],
      ["stdout", "ERROR e"],
      ["stdout", "out"],
      ["stderr", "err"],
      ["stderr", "stdout,stderr12"],
    ])
  })

  test("shows the error that a handler threw", async () => {
    const { fail, lines } = startLambda("export const handler = async () => { throw new Error('torn page') }")
    await fail()
    const line = lines.find(({ text }) => text.includes("Invoke Error"))?.text ?? ""
    expect(line).toMatch(
      new RegExp(`^${time}\t${id}\tERROR\tInvoke Error \t\\{"errorType":"Error","errorMessage":"torn page"`),
    )
  })

  test("keeps output from before the process exited", async () => {
    const { fail, lines } = startLambda("export const handler = () => { console.log('last words'); process.exit(1) }")
    await fail()
    expect(lines.some(({ text }) => text.endsWith("last words"))).toBe(true)
    expect(lines.at(-1)?.text).toContain("Status: error\tError Type: Runtime.ExitError")
  })
})

describe("the JSON format", () => {
  test("has platform events and one object for each message", async () => {
    const source = `export const handler = async () => {
      console.log("page %d", 7); console.log({ page: 7 }); console.error("bad", new TypeError("torn"))
    }`
    const { call, lines } = startLambda([defineFunction(source, { logFormat: "JSON" })])
    await call()
    const objects = lines.map(({ text }) => JSON.parse(text))
    expect(objects).toMatchObject([
      { type: "platform.start", record: { version: "$LATEST" } },
      {
        level: "INFO",
        message: "page 7",
        requestId: expect.stringMatching(id),
        timestamp: expect.stringMatching(time),
      },
      { level: "INFO", message: { page: 7 } },
      { level: "ERROR", errorType: "TypeError", errorMessage: "torn", stackTrace: expect.any(Array) },
      {
        type: "platform.report",
        record: { status: "success", metrics: { memorySizeMB: 128, initDurationMs: expect.any(Number) } },
      },
    ])
  })

  test("prints a value that JSON cannot represent", async () => {
    const source = "export const handler = async () => { const a = {}; a.a = a; console.log(a) }"
    const { call, lines } = startLambda([defineFunction(source, { logFormat: "JSON" })])
    await call()
    expect(JSON.parse(lines[1]!.text).message).toContain("[Circular")
  })
})
