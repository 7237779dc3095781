// The responses of custom resources: who may send one, and what it must have.
import { expect, onTestFinished, test } from "vitest"
import { readResponse } from "./read-response.ts"
import { openResponseReceiver } from "./response-receiver.ts"

async function open() {
  const receiver = await openResponseReceiver()
  onTestFinished(() => receiver.close())
  const base = `http://127.0.0.1:${receiver.port}`
  const expected = receiver.expect(base, "arn:aws:cloudformation:eu-west-1:1:stack/S")
  const { responseUrl } = expected
  const statusOf = async (url: string, method = "PUT", body = "hello") =>
    (await fetch(url, { method, ...(method !== "GET" && { body }) })).status
  return { ...expected, responseUrl, base, statusOf }
}

test("the response arrives at its address, and a later one is rejected once it is not expected", async () => {
  const { responseUrl, body, cancel, statusOf } = await open()
  expect(responseUrl).toContain("/arn%3Aaws%3Acloudformation%3Aeu-west-1%3A1%3Astack%2FS?AWSAccessKeyId=")
  expect(await statusOf(responseUrl, "PUT", "größe")).toBe(200)
  expect(await body).toBe("größe")
  cancel()
  expect(await statusOf(responseUrl)).toBe(403)
})

test("a response without the signature, by another method or at another path is rejected", async () => {
  const { responseUrl, base, statusOf } = await open()
  expect(await statusOf(responseUrl.replace(/Signature=.*/, "Signature=guess"))).toBe(403)
  expect(await statusOf(responseUrl.replace(/&Signature=.*/, ""))).toBe(403)
  expect(await statusOf(responseUrl, "POST")).toBe(403)
  expect(await statusOf(responseUrl, "GET")).toBe(403)
  expect(await statusOf(`${base}/other${new URL(responseUrl).search}`)).toBe(403)
  expect(await statusOf(responseUrl)).toBe(200)
})

test("a response that is far too long is not read, and another one may follow", async () => {
  const { responseUrl, body, statusOf } = await open()
  expect(await statusOf(responseUrl, "PUT", "x".repeat(1024 ** 2 + 1))).toBe(400)
  expect(await statusOf(responseUrl, "PUT", "short")).toBe(200)
  expect(await body).toBe("short")
})

const request = { StackId: "s", RequestId: "r", LogicalResourceId: "l" }
const succeeded = { ...request, Status: "SUCCESS", PhysicalResourceId: "p" }
const read = (fields: object) => readResponse(JSON.stringify(fields), request)

test("a response has the id of the resource, and data or none", () => {
  expect(read({ ...succeeded, Data: { a: 1 } })).toEqual({ isSuccess: true, physicalResourceId: "p", data: { a: 1 } })
  expect(read(succeeded)).toMatchObject({ isSuccess: true, data: {} })
  expect(read({ ...succeeded, Data: null })).toMatchObject({ isSuccess: true, data: {} })
  expect(read({ ...succeeded, PhysicalResourceId: "x".repeat(1024) })).toMatchObject({ isSuccess: true })
})

const badId = "PhysicalResourceId of its response must be a text of 1 to 1024 bytes"
test.each<[object, string]>([
  [[], "its response is not a JSON object"],
  [{ ...succeeded, StackId: "x" }, "StackId of its response is not that of the request"],
  [{ ...succeeded, RequestId: "x" }, "RequestId of its response is not that of the request"],
  [{ ...succeeded, LogicalResourceId: undefined }, "LogicalResourceId of its response is not that of the request"],
  [{ ...succeeded, Status: "FAILED", Reason: "no disk" }, "no disk"],
  [{ ...succeeded, Status: "FAILED", Reason: "" }, "its response is FAILED"],
  [{ ...succeeded, Status: "FAILED", Reason: 1 }, "its response is FAILED"],
  [{ ...succeeded, Status: "DONE" }, 'Status of its response is "DONE", not SUCCESS or FAILED'],
  [{ ...succeeded, PhysicalResourceId: undefined }, badId],
  [{ ...succeeded, PhysicalResourceId: "" }, badId],
  [{ ...succeeded, PhysicalResourceId: "ü".repeat(513) }, badId],
  [{ ...succeeded, Data: "text" }, "Data of its response must be an object"],
])("the resource fails with the response %j", (fields, reason) => {
  expect(read(fields)).toEqual({ isSuccess: false, reason })
})

test("a response has at most 4096 bytes", () => {
  const { length } = JSON.stringify({ ...succeeded, Data: { a: "" } })
  expect(read({ ...succeeded, Data: { a: "x".repeat(4096 - length) } })).toMatchObject({ isSuccess: true })
  const reason = "its response has 4097 bytes, and 4096 are allowed"
  expect(read({ ...succeeded, Data: { a: "x".repeat(4097 - length) } })).toEqual({ isSuccess: false, reason })
})
