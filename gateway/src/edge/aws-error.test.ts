import { once } from "node:events"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { sendAwsError, statusOf } from "./aws-error.ts"

async function responseOf(respond: (response: ServerResponse) => void): Promise<Response> {
  const server = createServer((_, response) => respond(response)).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

test.each([
  ["BadRequestException", 400],
  ["ForbiddenException", 403],
  ["MissingAuthenticationTokenException", 403],
  ["GoneException", 410],
  ["PayloadTooLargeException", 413],
  ["LimitExceededException", 429],
])("%s is sent with status %i and its name in a header", async (errorType, status) => {
  expect(statusOf(errorType)).toBe(status)
  const response = await responseOf((sent) => sendAwsError(sent, errorType, "why: ü"))
  expect(response.status).toBe(status)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "x-amzn-errortype": errorType,
    "content-type": "application/json",
    "content-length": "21",
  })
  expect(await response.json()).toEqual({ message: "why: ü" })
})

test("an error without a message has an empty body", async () => {
  const response = await responseOf((sent) => sendAwsError(sent, "GoneException"))
  expect(response.headers.get("content-length")).toBe("0")
  expect(await response.text()).toBe("")
})
