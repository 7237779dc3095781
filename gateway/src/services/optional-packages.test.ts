import { expect, test } from "vitest"
import { dynamoDbPackages, loadOptional, s3Packages, sqsPackages, startAll } from "./optional-packages.ts"

const need = s3Packages

const failWith = (code: string, message: string) => async () => {
  throw Object.assign(new Error(message), { code })
}

test("returns the loaded module", async () => {
  expect(await loadOptional(async () => ({ value: 1 }), need)).toEqual({ value: 1 })
})

test.each(["@aws-sdk/client-s3", "fauxqs"])("reports that %s is not installed, with the command", async (name) => {
  const load = failWith("ERR_MODULE_NOT_FOUND", `Cannot find package '${name}' imported from a.ts`)
  await expect(loadOptional(load, need)).rejects.toMatchObject({
    code: "PACKAGE_MISSING",
    message: "S3 buckets need packages that are not installed.",
    hint: "Run: npm install --save-dev @aws-sdk/client-s3@3 fauxqs@2",
    cause: { code: "ERR_MODULE_NOT_FOUND" },
  })
})

test("reports a Node.js that is too old for a package", async () => {
  const load = failWith("ERR_UNKNOWN_BUILTIN_MODULE", "No such built-in module: node:sqlite")
  await expect(loadOptional(load, need)).rejects.toMatchObject({
    code: "PACKAGE_MISSING",
    message: "S3 buckets need Node.js 22.13 or later.",
    hint: expect.stringContaining("newer Node.js"),
  })
})

test.each([
  ["ERR_MODULE_NOT_FOUND", "Cannot find package 'another' imported from a.ts"],
  ["EACCES", "fauxqs cannot be read"],
])("rethrows any other error: %s", async (code, message) => {
  await expect(loadOptional(failWith(code, message), need)).rejects.toMatchObject({ name: "Error", code, message })
})

const lacking = (name: string, what: typeof need) => () =>
  loadOptional(failWith("ERR_MODULE_NOT_FOUND", `Cannot find package '${name}' imported from a.ts`), what)

test("one error names the packages of everything that cannot start, each once", async () => {
  const starting = startAll([
    { start: lacking("dynalite", dynamoDbPackages), needs: [dynamoDbPackages] },
    { start: async () => {}, needs: [{ what: "nothing", packages: ["installed@1"] }] },
    { start: lacking("fauxqs", sqsPackages), needs: [s3Packages, sqsPackages] },
  ])
  await expect(starting).rejects.toMatchObject({
    code: "PACKAGE_MISSING",
    message: "DynamoDB tables, S3 buckets and SQS queues need packages that are not installed.",
    hint: "Run: npm install --save-dev dynalite@4 @aws-sdk/client-s3@3 fauxqs@2 @aws-sdk/client-sqs@3",
  })
})

test("another failure is thrown instead of missing packages, after everything has settled", async () => {
  let isSettled = false
  const slow = async () => {
    await new Promise(setImmediate)
    isSettled = true
  }
  const starting = startAll([
    { start: lacking("dynalite", dynamoDbPackages), needs: [dynamoDbPackages] },
    { start: failWith("EADDRINUSE", "The port is in use."), needs: [] },
    { start: slow, needs: [] },
  ])
  await expect(starting).rejects.toThrow("The port is in use.")
  expect(isSettled).toBe(true)
})
