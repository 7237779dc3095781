// Differences that a function can notice. Each has a row in docs/fidelity/lambda.md.
import { afterEach, expect, test } from "vitest"
import { closeLambdas, defineFunction, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

test("work left after the response continues at once, instead of with the next invocation", async () => {
  const after = Promise.withResolvers<string>()
  const source = `export const handler = async () => { setTimeout(() => console.log("went on"), 1); return "responded" }`
  const { call } = startLambda(source, {
    onOutput: ({ text, requestId }) => text.endsWith("went on") && after.resolve(requestId),
  })
  expect(await call()).toBe("responded")
  // Nobody's: between two invocations there is none that it could belong to.
  expect(await after.promise).toBe("")
})

test("the folder for temporary files is the machine's, and all functions share it", async () => {
  const file = `join(tmpdir(), "lambda-test-${process.pid}")`
  const imports = `import { readFileSync, rmSync, writeFileSync } from "node:fs"
    import { tmpdir } from "node:os"
    import { join } from "node:path";`
  const { call } = startLambda([
    defineFunction(`${imports} export const handler = async () => writeFileSync(${file}, "seen")`, {
      functionName: "writes",
    }),
    defineFunction(
      `${imports} export const handler = async () => { const text = readFileSync(${file}, "utf8"); rmSync(${file}); return text }`,
      { functionName: "reads" },
    ),
  ])
  await call({}, "writes")
  expect(await call({}, "reads")).toBe("seen")
})

test.each(["nodejs20.x", "nodejs22.x", "nodejs24.x"])(
  "%s runs on the Node.js that runs the gateway",
  async (runtime) => {
    const source = "export const handler = async () => [process.version, process.env.AWS_EXECUTION_ENV]"
    expect(await startLambda([defineFunction(source, { runtime })]).call()).toEqual([
      process.version,
      `AWS_Lambda_${runtime}`,
    ])
  },
)

test("a function may use half as much memory again as it has", async () => {
  const source = `export const handler = async ({ mb }) => {
    const all = Buffer.alloc(mb * 2 ** 20, 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    return all.length / 2 ** 20
  }`
  const { call, fail } = startLambda([defineFunction(source, { memoryMb: 128 })])
  expect(await call({ mb: 110 })).toBe(110)
  expect(await fail({ mb: 200 })).toMatchObject({ errorType: "Runtime.OutOfMemory" })
})
