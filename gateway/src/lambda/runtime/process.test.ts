// What a handler sees of its own process: working directory, time zone, options of Node.js, streams.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, expect, onTestFinished, test } from "vitest"
import { closeLambdas, defineFunction, startLambda } from "../testing/lambda-under-test.ts"

afterEach(closeLambdas)

const timeZone = "export const handler = async () => [process.env.TZ, new Date(2024, 6, 1).getTimezoneOffset()]"

test("the time zone is UTC", async () => {
  expect(await startLambda(timeZone).call()).toEqual([":UTC", 0])
})

test("a function may choose another time zone", async () => {
  const definition = defineFunction(timeZone, { environment: { TZ: "Asia/Tokyo" } })
  expect(await startLambda([definition]).call()).toEqual(["Asia/Tokyo", -540])
})

function writeCode(source: string): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "lambda-test-")))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  mkdirSync(join(path, "folder"))
  writeFileSync(join(path, "index.mjs"), source)
  writeFileSync(join(path, "page.txt"), "a page")
  writeFileSync(join(path, "folder", "page.txt"), "a page of the folder")
  return path
}

test("relative paths start at the folder of the code, also those that Node.js does not resolve", async () => {
  const path = writeCode(`import { readFileSync, realpathSync } from "node:fs"
    import { execSync } from "node:child_process"
    import { resolve } from "node:path"
    export const handler = async () => [
      resolve("."), realpathSync.native("."), readFileSync("page.txt", "utf8"), execSync("cat page.txt", { encoding: "utf8" }),
    ]`)
  const definition = defineFunction("", { code: { form: "folder", path } })
  expect(await startLambda([definition]).call()).toEqual([path, path, "a page", "a page"])
})

test("process.chdir changes the working directory, for this execution environment only", async () => {
  const path = writeCode(`import { readFileSync } from "node:fs"
    export const handler = async ({ folder }) => { if (folder) process.chdir(folder); return readFileSync("page.txt", "utf8") }`)
  const code = { form: "folder", path } as const
  const { call } = startLambda([
    defineFunction("", { code, functionName: "one" }),
    defineFunction("", { code, functionName: "two" }),
  ])
  expect(await call({ folder: "folder" }, "one")).toBe("a page of the folder")
  expect(await call({}, "two")).toBe("a page")
  expect(await call({}, "one")).toBe("a page of the folder")
})

test("NODE_OPTIONS is read", async () => {
  const source = "export const handler = async () => [process.env.NODE_OPTIONS, typeof gc]"
  const definition = defineFunction(source, { environment: { NODE_OPTIONS: "--expose-gc" } })
  expect(await startLambda([definition]).call()).toEqual(["--expose-gc", "function"])
})

test("the limit of the heap in NODE_OPTIONS replaces the gateway's", async () => {
  const source = `import { getHeapStatistics } from "node:v8"
    export const handler = async () => Math.round(getHeapStatistics().heap_size_limit / 2 ** 20)`
  const ofGateway = (await startLambda([defineFunction(source, { memoryMb: 256 })]).call()) as number
  const environment = { NODE_OPTIONS: "--max_old_space_size=600" }
  const ofFunction = (await startLambda([defineFunction(source, { memoryMb: 256, environment })]).call()) as number
  expect(ofGateway).toBeGreaterThanOrEqual(256)
  expect(ofGateway).toBeLessThan(400)
  expect(ofFunction).toBeGreaterThanOrEqual(600)
})

test("NODE_OPTIONS that Node.js rejects fails each invocation, with the reason in the log", async () => {
  const environment = { NODE_OPTIONS: "--no-such-option" }
  const { fail, lines } = startLambda([defineFunction("export const handler = async () => 1", { environment })])
  expect((await fail()).errorMessage).toContain("exited with error: exit status 9")
  expect(lines.map(({ text }) => text).join("\n")).toContain("--no-such-option")
})

test("what child processes and descriptors print is in the log of the function", async () => {
  const source = `import { execSync } from "node:child_process"
    import { writeSync } from "node:fs"
    export const handler = async () => {
      execSync("echo from a child process", { stdio: "inherit" })
      writeSync(2, "from a descr")
      writeSync(2, "iptor\\nwithout an end")
      process.exit(0)
    }`
  const { fail, lines } = startLambda(source)
  await fail()
  const own = lines
    .filter(({ kind }) => kind !== "platform")
    .map(({ kind, text, requestId }) => [kind, text, requestId])
  const { requestId } = lines[0]!
  expect(own).toContainEqual(["stdout", "from a child process", requestId])
  expect(own).toContainEqual(["stderr", "from a descriptor", requestId])
  expect(own).toContainEqual(["stderr", "without an end", requestId])
})

test("a line over 256 KB is cut, with the number of bytes that were dropped", async () => {
  const source = `import { writeSync } from "node:fs"
    export const handler = async () => {
      process.stdout.write("x".repeat(256 * 1024) + "abc")
      const bytes = Buffer.from("y".repeat(256 * 1024) + "abcd\\n")
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(1, bytes, offset)
      process.exit(0)
    }`
  const { fail, lines } = startLambda(source)
  await fail()
  const own = lines.filter(({ kind }) => kind === "stdout").map(({ text }) => text)
  expect(own).toContain(`${"x".repeat(256 * 1024)} [3 more bytes of this line were dropped]`)
  expect(own).toContain(`${"y".repeat(256 * 1024)} [4 more bytes of this line were dropped]`)
})
