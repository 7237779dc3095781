// Handshakes: which ones are accepted, and the responses to those that are rejected.
import type { HandshakeRejectedError } from "@document-insight/gateway/testing"
import { expect } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent } from "../testing/template.ts"
import { contract, needsPlainTcp, ownTemplate } from "./testing/contract.ts"
import { frame, opcodes, openTcp } from "./testing/raw-frames.ts"
import { exampleAccept, exampleKey, handshake } from "./testing/raw-handshake.ts"
import { echo, openEcho, type Target } from "./testing/target.ts"

/** The URL with which the observer's `$connect` returns this result. */
function returning({ url }: Target, result: unknown): string {
  return `${url}?result=${encodeURIComponent(JSON.stringify(result))}`
}

const gatewayBody = /^\{"message": "([^"]+)", "connectionId":"([\w-]{15}=)", "requestId":"([\w-]{15}=)"\}$/

/** The body and headers of a rejection by API Gateway, not by the function. */
function expectGatewayRejection(rejected: HandshakeRejectedError, status: number, message: string) {
  expect(rejected.status).toBe(status)
  const [, text, , requestId] = gatewayBody.exec(rejected.body) ?? []
  expect(text, rejected.body).toBe(message)
  expect(rejected.headers["content-type"]).toBe("application/json; charset=UTF-8")
  expect(rejected.headers["x-amz-apigw-id"]).toBe(requestId)
}

const forbidden = { status: 403, body: '{"message":"Forbidden"}' }

async function expectStatus(target: Target, statusCode: number): Promise<void> {
  const rejected = await rejectedHandshake(returning(target, { statusCode }))
  expect(rejected.status).toBe(statusCode)
}

contract("handshake-accepted", "a $connect that returns 200 leads to 101, and messages flow", async ({ url }) => {
  const { socket } = await openEcho(url)
  expect((await echo(socket)).requestContext.eventType).toBe("MESSAGE")
})

contract("handshake-any-2xx", "201 and 299 accept the client as 200 does", async (target) => {
  await openSocket(returning(target, { statusCode: 201 }))
  await openSocket(returning(target, { statusCode: 299 }))
})

contract("handshake-redirect", "the client receives a 301 from $connect", async (target) => expectStatus(target, 301))

contract("handshake-unauthorized", "the client receives a 401 from $connect", async (target) =>
  expectStatus(target, 401),
)

contract("handshake-not-implemented", "the client receives a 501 from $connect", async (target) =>
  expectStatus(target, 501),
)

contract("handshake-throw", "a $connect that throws leads to 502 with a body of API Gateway", async ({ url }) => {
  expectGatewayRejection(await rejectedHandshake(`${url}?throw=1`), 502, "Internal server error")
})

contract(
  "handshake-refusal-headers",
  "a rejection by API Gateway has x-amz-apigw-id, and neither x-amzn-RequestId nor x-amzn-ErrorType",
  async ({ url }) => {
    const { headers } = await rejectedHandshake(`${url}?throw=1`)
    expect(headers["x-amz-apigw-id"]).toMatch(/^[\w-]{15}=$/)
    expect(headers).not.toHaveProperty("x-amzn-requestid")
    expect(headers).not.toHaveProperty("x-amzn-errortype")
  },
)

contract("handshake-null-result", "a $connect that returns null leads to 502", async (target) => {
  expectGatewayRejection(await rejectedHandshake(returning(target, null)), 502, "Internal server error")
})

contract("handshake-malformed-result", "a $connect that returns an invalid status leads to 502", async (target) => {
  const rejected = await rejectedHandshake(returning(target, { statusCode: "yes" }))
  expectGatewayRejection(rejected, 502, "Internal server error")
})

contract(
  "handshake-result-without-status",
  "a $connect that returns an object without statusCode accepts the client",
  async (target) => void (await openSocket(returning(target, {}))),
)

contract(
  "handshake-status-as-text",
  'a statusCode of "200" accepts the client as 200 does',
  async (target) => void (await openSocket(returning(target, { statusCode: "200" }))),
)

contract("handshake-informational-status", "a statusCode below 200 leads to 502", async (target) => {
  expect((await rejectedHandshake(returning(target, { statusCode: 101 }))).status).toBe(502)
})

contract(
  "handshake-function-refusal",
  "a rejection by the function has the function's body and headers",
  async (target) => {
    const result = {
      statusCode: 403,
      body: "not today",
      headers: { "X-Reason": "Sunday", "Content-Type": "text/plain" },
    }
    const rejected = await rejectedHandshake(returning(target, result))
    expect(rejected).toMatchObject({ status: 403, body: "not today" })
    expect(rejected.headers).toMatchObject({ "x-reason": "Sunday", "content-type": "text/plain" })
  },
)

contract(
  "handshake-function-refusal-framing",
  "headers of the function that frame the response are not passed on",
  async (target) => {
    const headers = { "Content-Length": "3", "Transfer-Encoding": "chunked", Upgrade: "websocket" }
    const rejected = await rejectedHandshake(returning(target, { statusCode: 400, body: "a whole body", headers }))
    expect(rejected.body).toBe("a whole body")
    expect(rejected.headers).not.toHaveProperty("upgrade")
  },
)

contract(
  "handshake-unknown-stage",
  "a stage that does not exist is 403 Forbidden, with x-amzn-ErrorType",
  async (target) => {
    const rejected = await rejectedHandshake(target.at("/nowhere"))
    expect(rejected).toMatchObject(forbidden)
    expect(rejected.headers["x-amzn-errortype"]).toBe("ForbiddenException")
  },
)

contract("handshake-no-stage", "an address without a stage is 403 Forbidden", async (target) => {
  expect(await rejectedHandshake(target.at("/"))).toMatchObject(forbidden)
})

contract("handshake-empty-stage", "a stage without a deployment is 403 Forbidden", async (target) => {
  expect(await rejectedHandshake(target.at("/empty"))).toMatchObject(forbidden)
})

contract("handshake-extra-path", "a path after the stage is 403 Forbidden", async ({ url }) => {
  expect(await rejectedHandshake(`${url}/more`)).toMatchObject(forbidden)
})

contract("handshake-trailing-slash", "a slash after the stage is accepted", async ({ url }) => {
  for (const address of [`${url}/`, `${url}/?token=1`]) {
    const socket = await openSocket(address)
    expect((await echo(socket)).requestContext).toMatchObject({ eventType: "MESSAGE", stage: "contract" })
  }
  expect(await rejectedHandshake(`${url}//`)).toMatchObject(forbidden)
})

contract("handshake-stage-case", "the name of a stage is case-sensitive", async (target) => {
  expect(await rejectedHandshake(target.at("/Contract"))).toMatchObject(forbidden)
})

contract(
  "handshake-invalid-percent-encoding",
  "a path with an invalid percent-encoding is 403 Forbidden",
  async ({ url }) => {
    expect(await handshake(`${url}%zz`)).toMatchObject(forbidden)
  },
)

contract("handshake-second-stage", "every deployed stage accepts connections", async (target) => {
  const { event } = await openEcho(target.at("/other"))
  expect(event.requestContext.stage).toBe("other")
})

contract("handshake-second-api", "each API has its own id and host name", async ({ url, nestedUrl }) => {
  const { event } = await openEcho(url)
  const nested = await openSocket(nestedUrl)
  nested.send({ service: "chat", action: "join" })
  const { requestContext } = await nested.nextJson<Record<string, Record<string, string>>>()
  expect(requestContext?.apiId).not.toBe(event.requestContext.apiId)
  expect(requestContext?.domainName).toMatch(new RegExp(`^${requestContext?.apiId}\\.execute-api\\.`))
})

contract(
  "handshake-without-connect-route",
  "an API without a $connect route accepts every client",
  async ({ nestedUrl }) => void (await openSocket(nestedUrl)),
)

contract("handshake-plain-get", "a GET without an upgrade is 403 Forbidden", async ({ url }) => {
  const response = await fetch(url.replace(/^ws/, "http"))
  expect({ status: response.status, body: await response.text() }).toEqual(forbidden)
})

contract("handshake-other-upgrade", "an upgrade to a protocol other than WebSocket is ignored", async ({ url }) => {
  expect(await handshake(url, { Upgrade: "h2c", "Sec-WebSocket-Key": undefined })).toMatchObject(forbidden)
})

contract("handshake-url-at-limit", "a URL of 4,096 characters is accepted", async ({ url }) => {
  const { pathname } = new URL(url)
  await openSocket(`${url}?q=${"x".repeat(4096 - pathname.length - "?q=".length)}`)
})

contract("handshake-url-too-long", "a URL of more than 4,096 characters is 414", async ({ url }) => {
  expect((await rejectedHandshake(`${url}?q=${"x".repeat(4096)}`)).status).toBe(414)
})

contract(
  "handshake-subprotocol",
  "the subprotocol that the function returns is the one of the connection",
  async (target) => {
    const url = returning(target, { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "second" } })
    const socket = await openSocket(url, { protocols: ["first", "second"] })
    expect(socket.protocol).toBe("second")
  },
)

contract(
  "handshake-subprotocol-not-echoed",
  "without Sec-WebSocket-Protocol from the function there is no subprotocol, whatever the client requested",
  async ({ url }) => {
    const { status, headers } = await handshake(url, { "Sec-WebSocket-Protocol": "first, second" })
    expect(status).toBe(101)
    expect(headers).not.toHaveProperty("sec-websocket-protocol")
  },
)

contract(
  "handshake-subprotocol-header-case",
  "the function may spell Sec-WebSocket-Protocol in any case, or return it as a list",
  async (target) => {
    const small = returning(target, { statusCode: 200, headers: { "sec-websocket-protocol": "first" } })
    expect((await openSocket(small, { protocols: ["first"] })).protocol).toBe("first")
    const list = returning(target, { statusCode: 200, multiValueHeaders: { "Sec-WebSocket-Protocol": ["first"] } })
    expect((await openSocket(list, { protocols: ["first"] })).protocol).toBe("first")
  },
)

contract(
  "handshake-subprotocol-with-line-break",
  "a line break in the returned subprotocol does not start another header",
  async (target) => {
    const headers = { "Sec-WebSocket-Protocol": "first\r\nX-Injected: yes" }
    const response = await handshake(returning(target, { statusCode: 200, headers }), {
      "Sec-WebSocket-Protocol": "first",
    })
    expect(response.headers).not.toHaveProperty("x-injected")
  },
)

contract(
  "handshake-malformed-subprotocol",
  "a malformed Sec-WebSocket-Protocol is passed to the function",
  async ({ url }) => {
    const { status } = await handshake(url, { "Sec-WebSocket-Protocol": "a,,b" })
    expect(status).toBe(101)
  },
)

contract("handshake-malformed-extension", "a malformed offer of extensions is declined", async ({ url }) => {
  const { status, headers } = await handshake(url, { "Sec-WebSocket-Extensions": "permessage-deflate; =;" })
  expect(status).toBe(101)
  expect(headers).not.toHaveProperty("sec-websocket-extensions")
})

contract(
  "handshake-response-headers",
  "no header of the function's response reaches an accepted client, except the subprotocol",
  async (target) => {
    const { headers, status } = await handshake(
      returning(target, { statusCode: 200, headers: { "X-Mine": "yes", "Set-Cookie": "a=b" } }),
    )
    expect(status).toBe(101)
    expect(headers).not.toHaveProperty("x-mine")
    expect(headers).not.toHaveProperty("set-cookie")
  },
)

contract(
  "handshake-101-headers",
  "the 101 response has the accept key of RFC 6455 and no x-amz header",
  async ({ url }) => {
    const { status, headers } = await handshake(url)
    expect(status).toBe(101)
    expect(headers).toMatchObject({ "sec-websocket-accept": exampleAccept })
    expect(String(headers.upgrade).toLowerCase()).toBe("websocket")
    expect(Object.keys(headers).filter((name) => name.startsWith("x-amz"))).toEqual([])
  },
)

contract(
  "handshake-deflate",
  "permessage-deflate is negotiated, and messages pass through it in both directions",
  async ({ url }) => {
    const socket = await openSocket(url, { perMessageDeflate: true })
    expect(socket.extensions).toMatch(/^permessage-deflate/)
    const text = "again and again ".repeat(500)
    expect(JSON.parse((await echo(socket, { text })).body).text).toBe(text)
  },
)

contract("handshake-no-deflate", "a client that does not offer permessage-deflate does not get it", async ({ url }) => {
  expect((await handshake(url)).headers).not.toHaveProperty("sec-websocket-extensions")
})

contract(
  "handshake-unknown-extension",
  "an unknown extension is not negotiated, and the client is accepted",
  async ({ url }) => {
    const { status, headers } = await handshake(url, { "Sec-WebSocket-Extensions": "x-unheard-of" })
    expect(status).toBe(101)
    expect(headers).not.toHaveProperty("sec-websocket-extensions")
  },
)

contract("handshake-bad-version", "a version other than 13 is 400", async ({ url }) => {
  expect((await handshake(url, { "Sec-WebSocket-Version": "8" })).status).toBe(400)
})

contract(
  "handshake-bad-key",
  "a key that is not 16 bytes in base64 is 400, and $connect does not run",
  async (target) => {
    const marker = `bad-key-${Math.random()}`
    const { status } = await handshake(`${target.url}?marker=${marker}`, { "Sec-WebSocket-Key": "short" })
    expect(status).toBe(400)
    expect(await target.recallNow(marker, "CONNECT")).toEqual([])
  },
)

contract("handshake-post", "a handshake with POST is 400", async ({ url }) => {
  expect((await handshake(url, {}, "POST")).status).toBe(400)
})

contract("handshake-waits", "the response to a handshake waits for $connect", async ({ url }) => {
  const startedAt = performance.now()
  await openSocket(`${url}?sleep=120`)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119)
})

contract.local(
  "handshake-early-frame",
  "a frame sent before the 101 is processed after it, and its size counts",
  needsPlainTcp,
  async () => {
    const code = `export const handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { statusCode: 200 }
  }`
    const routes = { $connect: { code }, echo: { code: echoEvent, twoWay: true } }
    const { url } = await startLocal({ routes }, { quotas: { maxFrameBytes: 100 } })
    const request = [
      "GET /dev HTTP/1.1",
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${exampleKey}\r\n\r\n`,
    ].join("\r\n")
    /** Everything that the server sends until this text arrives. */
    const until = async (text: string, payload: string) => {
      const socket = await openTcp(url)
      let received = ""
      socket.write(Buffer.concat([Buffer.from(request), frame({ opcode: opcodes.text, payload })]))
      for await (const chunk of socket) {
        received += chunk.toString("latin1")
        if (received.includes(text)) return received
      }
      throw new Error(`the connection ended with ${received}`)
    }
    expect(await until('"routeKey":"echo"', '{"action":"echo"}')).toMatch(/^HTTP\/1.1 101 /)
    expect(await until("Message too big", "x".repeat(101))).toMatch(/^HTTP\/1.1 101 /)
  },
)

contract.local("handshake-timeout", "a $connect that exceeds the integration timeout is 504", ownTemplate, async () => {
  const code = "export const handler = () => new Promise(() => {})"
  const { url } = await startLocal({ routes: { $connect: { code, timeoutMs: 50, functionTimeoutSeconds: 1 } } })
  expectGatewayRejection(await rejectedHandshake(url), 504, "Endpoint request timed out")
})

contract.local(
  "handshake-missing-permission",
  "a $connect whose function may not be invoked is 500",
  ownTemplate,
  async () => {
    const { url } = await startLocal({ routes: { $connect: { code: accept, withoutPermission: true } } })
    expectGatewayRejection(await rejectedHandshake(url), 500, "Internal server error")
  },
)

contract.local(
  "handshake-connect-without-target",
  "a $connect route without an integration accepts every client",
  ownTemplate,
  async () => {
    const { url } = await startLocal({ routes: { $connect: {}, echo: { code: echoEvent, twoWay: true } } })
    await openEcho(url)
  },
)

contract.local("handshake-plain-get-426", "an option makes a GET without an upgrade 426", ownTemplate, async () => {
  const { url } = await startLocal({ routes: { $connect: {} } }, { assumptions: { plainRequestStatus: 426 } })
  const { status, headers } = await fetch(url.replace(/^ws/, "http"))
  expect(status).toBe(426)
  expect(headers.get("upgrade")).toBe("websocket")
})
