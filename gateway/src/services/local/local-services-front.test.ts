// Which hosts the services that the gateway implements accept.
import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { expect, onTestFinished, test } from "vitest"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createServiceCalls } from "../front/service-calls.ts"
import { acceptAll } from "../testing/accept-all.ts"
import { startLocalServicesFront } from "./local-services-front.ts"

test("a request for the host of synchronous executions is accepted, another host is not", async () => {
  const log = { info() {}, warn() {}, error() {} }
  const front = await startLocalServicesFront({
    services: [
      {
        name: "states",
        serve: async () => ({ status: 200, headers: {}, body: "{}" }),
        errorResponse: ({ status }) => ({ status, headers: {}, body: "{}" }),
      },
    ],
    awsHost: (service) => `${service}.us-east-1.amazonaws.com`,
    authenticate: acceptAll,
    calls: createServiceCalls(new ManualClock(), undefined),
    log,
  })
  onTestFinished(() => front.close())
  const statusFor = async (host: string) => {
    const authorization = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/states/aws4_request"
    const sent = request(front.endpoint, { method: "POST", headers: { host, authorization } }).end("{}")
    const [response] = (await once(sent, "response")) as [IncomingMessage]
    response.resume()
    return response.statusCode
  }
  expect(await statusFor("sync-states.us-east-1.amazonaws.com")).toBe(200)
  expect(await statusFor("states.us-east-1.amazonaws.com")).toBe(200)
  expect(await statusFor("sync-other.us-east-1.amazonaws.com")).toBe(403)
})
