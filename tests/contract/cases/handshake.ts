// How a handshake is answered: AWS's rules of who is let in, and what the others are told.
import { expect } from "vitest"
import { openSocket, type Refused, refusedSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { accept, echoEvent } from "../../harness/template.ts"
import { ownTemplate, type Topic } from "../case.ts"
import { frame, opcodes, openTcp } from "../raw-frames.ts"
import { exampleAccept, exampleKey, handshake } from "../raw-handshake.ts"
import { echo, openEcho, type Target } from "../target.ts"

/** `$connect` returns exactly this. */
function returning({ url }: Target, result: unknown): string {
  return `${url}?result=${encodeURIComponent(JSON.stringify(result))}`
}

const gatewayBody = /^\{"message": "([^"]+)", "connectionId":"([\w-]{15}=)", "requestId":"([\w-]{15}=)"\}$/

/** The gateway's own words: body and headers as AWS writes them. */
function expectGatewayRefusal(refused: Pick<Refused, "status" | "headers" | "body">, status: number, message: string) {
  expect(refused.status).toBe(status)
  const [, text, , requestId] = gatewayBody.exec(refused.body) ?? []
  expect(text, refused.body).toBe(message)
  expect(refused.headers["content-type"]).toBe("application/json; charset=UTF-8")
  expect(refused.headers["x-amz-apigw-id"]).toBe(requestId)
}

const forbidden = { status: 403, body: '{"message":"Forbidden"}' }

export const handshakeTopic: Topic = {
  title: "Handshake",
  observer: [
    {
      id: "handshake-accepted",
      does: "a $connect that returns 200 is answered 101, and messages flow",
      async run({ url }) {
        const { socket } = await openEcho(url)
        expect((await echo(socket)).requestContext.eventType).toBe("MESSAGE")
      },
    },
    {
      id: "handshake-any-2xx",
      does: "201 and 299 are as good as 200",
      async run(target) {
        await openSocket(returning(target, { statusCode: 201 }))
        await openSocket(returning(target, { statusCode: 299 }))
      },
    },
    {
      id: "handshake-redirect",
      does: "301 from $connect is what the client gets",
      run: async (target) => expectStatus(target, 301),
    },
    {
      id: "handshake-unauthorized",
      does: "401 from $connect is what the client gets",
      run: async (target) => expectStatus(target, 401),
    },
    {
      id: "handshake-not-implemented",
      does: "501 from $connect is what the client gets",
      run: async (target) => expectStatus(target, 501),
    },
    {
      id: "handshake-throw",
      does: "a $connect that throws is a 502 in the gateway's own words",
      async run({ url }) {
        expectGatewayRefusal(await refusedSocket(`${url}?throw=1`), 502, "Internal server error")
      },
    },
    {
      id: "handshake-refusal-headers",
      does: "a refusal by the gateway carries x-amz-apigw-id, and neither x-amzn-RequestId nor x-amzn-ErrorType",
      async run({ url }) {
        const { headers } = await refusedSocket(`${url}?throw=1`)
        expect(headers["x-amz-apigw-id"]).toMatch(/^[\w-]{15}=$/)
        expect(headers).not.toHaveProperty("x-amzn-requestid")
        expect(headers).not.toHaveProperty("x-amzn-errortype")
      },
    },
    {
      id: "handshake-null-result",
      does: "a $connect that returns null is a 502",
      async run(target) {
        expectGatewayRefusal(await refusedSocket(returning(target, null)), 502, "Internal server error")
      },
    },
    {
      id: "handshake-malformed-result",
      does: "a $connect that returns a status that is none is a 502",
      async run(target) {
        const refused = await refusedSocket(returning(target, { statusCode: "yes" }))
        expectGatewayRefusal(refused, 502, "Internal server error")
      },
    },
    {
      id: "handshake-result-without-status",
      does: "a $connect that returns an object without a statusCode lets in",
      run: async (target) => void (await openSocket(returning(target, {}))),
    },
    {
      id: "handshake-status-as-text",
      does: 'a statusCode of "200" lets in as 200 does',
      run: async (target) => void (await openSocket(returning(target, { statusCode: "200" }))),
    },
    {
      id: "handshake-informational-status",
      does: "a statusCode below 200 is no answer to a handshake: 502",
      async run(target) {
        expect((await refusedSocket(returning(target, { statusCode: 101 }))).status).toBe(502)
      },
    },
    {
      id: "handshake-function-refusal",
      does: "a refusal by the function carries its own body and headers",
      async run(target) {
        const result = {
          statusCode: 403,
          body: "not today",
          headers: { "X-Reason": "Sunday", "Content-Type": "text/plain" },
        }
        const refused = await refusedSocket(returning(target, result))
        expect(refused).toMatchObject({ status: 403, body: "not today" })
        expect(refused.headers).toMatchObject({ "x-reason": "Sunday", "content-type": "text/plain" })
      },
    },
    {
      id: "handshake-function-refusal-framing",
      does: "headers of the function that frame the response are not passed on",
      async run(target) {
        const headers = { "Content-Length": "3", "Transfer-Encoding": "chunked", Upgrade: "websocket" }
        const refused = await refusedSocket(returning(target, { statusCode: 400, body: "a whole body", headers }))
        expect(refused.body).toBe("a whole body")
        expect(refused.headers).not.toHaveProperty("upgrade")
      },
    },
    {
      id: "handshake-unknown-stage",
      does: "a stage that is not there is 403 Forbidden, with x-amzn-ErrorType",
      async run(target) {
        const refused = await refusedSocket(target.at("/nowhere"))
        expect(refused).toMatchObject(forbidden)
        expect(refused.headers["x-amzn-errortype"]).toBe("ForbiddenException")
      },
    },
    {
      id: "handshake-no-stage",
      does: "an address without a stage is 403 Forbidden",
      async run(target) {
        expect(await refusedSocket(target.at("/"))).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-empty-stage",
      does: "a stage that nothing was deployed to is 403 Forbidden",
      async run(target) {
        expect(await refusedSocket(target.at("/empty"))).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-extra-path",
      does: "anything behind the stage is 403 Forbidden",
      async run({ url }) {
        expect(await refusedSocket(`${url}/more`)).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-trailing-slash",
      does: "a slash behind the stage is 403 Forbidden",
      async run({ url }) {
        expect(await refusedSocket(`${url}/`)).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-stage-case",
      does: "a stage's name is case-sensitive",
      async run(target) {
        expect(await refusedSocket(target.at("/Contract"))).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-invalid-percent-encoding",
      does: "a path that cannot be decoded is 403 Forbidden",
      async run({ url }) {
        expect(await handshake(`${url}%zz`)).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-second-stage",
      does: "every deployed stage takes connections",
      async run(target) {
        const { event } = await openEcho(target.at("/other"))
        expect(event.requestContext.stage).toBe("other")
      },
    },
    {
      id: "handshake-second-api",
      does: "an API has its own id and its own host name",
      async run({ url, nestedUrl }) {
        const { event } = await openEcho(url)
        const nested = await openSocket(nestedUrl)
        nested.send({ service: "chat", action: "join" })
        const { requestContext } = await nested.nextJson<Record<string, Record<string, string>>>()
        expect(requestContext?.apiId).not.toBe(event.requestContext.apiId)
        expect(requestContext?.domainName).toMatch(new RegExp(`^${requestContext?.apiId}\\.execute-api\\.`))
      },
    },
    {
      id: "handshake-without-connect-route",
      does: "an API without a $connect route lets everybody in",
      run: async ({ nestedUrl }) => void (await openSocket(nestedUrl)),
    },
    {
      id: "handshake-plain-get",
      does: "a GET that asks for no upgrade is 403 Forbidden",
      async run({ url }) {
        const response = await fetch(url.replace(/^ws/, "http"))
        expect({ status: response.status, body: await response.text() }).toEqual(forbidden)
      },
    },
    {
      id: "handshake-other-upgrade",
      does: "a request that offers another protocol than WebSocket is answered as if it offered none",
      async run({ url }) {
        expect(await handshake(url, { Upgrade: "h2c", "Sec-WebSocket-Key": undefined })).toMatchObject(forbidden)
      },
    },
    {
      id: "handshake-url-at-limit",
      does: "a URL of 4,096 characters is accepted",
      async run({ url }) {
        const { pathname } = new URL(url)
        await openSocket(`${url}?q=${"x".repeat(4096 - pathname.length - "?q=".length)}`)
      },
    },
    {
      id: "handshake-url-too-long",
      does: "a longer URL is 414",
      async run({ url }) {
        expect((await refusedSocket(`${url}?q=${"x".repeat(4096)}`)).status).toBe(414)
      },
    },
    {
      id: "handshake-subprotocol",
      does: "the subprotocol that the function returns is the connection's",
      async run(target) {
        const url = returning(target, { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "second" } })
        const socket = await openSocket(url, { protocols: ["first", "second"] })
        expect(socket.protocol).toBe("second")
      },
    },
    {
      id: "handshake-subprotocol-not-echoed",
      does: "without the function's header there is no subprotocol, whatever the client asked for",
      async run({ url }) {
        const { status, headers } = await handshake(url, { "Sec-WebSocket-Protocol": "first, second" })
        expect(status).toBe(101)
        expect(headers).not.toHaveProperty("sec-websocket-protocol")
      },
    },
    {
      id: "handshake-subprotocol-header-case",
      does: "the function may spell the header as it likes, or give it as a list",
      async run(target) {
        const small = returning(target, { statusCode: 200, headers: { "sec-websocket-protocol": "first" } })
        expect((await openSocket(small, { protocols: ["first"] })).protocol).toBe("first")
        const list = returning(target, { statusCode: 200, multiValueHeaders: { "Sec-WebSocket-Protocol": ["first"] } })
        expect((await openSocket(list, { protocols: ["first"] })).protocol).toBe("first")
      },
    },
    {
      id: "handshake-subprotocol-with-line-break",
      does: "a line break in the returned subprotocol starts no header of its own",
      async run(target) {
        const headers = { "Sec-WebSocket-Protocol": "first\r\nX-Injected: yes" }
        const answer = await handshake(returning(target, { statusCode: 200, headers }), {
          "Sec-WebSocket-Protocol": "first",
        })
        expect(answer.headers).not.toHaveProperty("x-injected")
      },
    },
    {
      id: "handshake-malformed-subprotocol",
      does: "a Sec-WebSocket-Protocol that is no list of tokens is passed to the function, which decides",
      async run({ url }) {
        const { status } = await handshake(url, { "Sec-WebSocket-Protocol": "a,,b" })
        expect(status).toBe(101)
      },
    },
    {
      id: "handshake-malformed-extension",
      does: "an offer of extensions that cannot be read is declined, not refused",
      async run({ url }) {
        const { status, headers } = await handshake(url, { "Sec-WebSocket-Extensions": "permessage-deflate; =;" })
        expect(status).toBe(101)
        expect(headers).not.toHaveProperty("sec-websocket-extensions")
      },
    },
    {
      id: "handshake-response-headers",
      does: "no other header of the function's answer reaches an accepted client",
      async run(target) {
        const { headers, status } = await handshake(
          returning(target, { statusCode: 200, headers: { "X-Mine": "yes", "Set-Cookie": "a=b" } }),
        )
        expect(status).toBe(101)
        expect(headers).not.toHaveProperty("x-mine")
        expect(headers).not.toHaveProperty("set-cookie")
      },
    },
    {
      id: "handshake-101-headers",
      does: "the 101 has the accept key of RFC 6455 and no x-amzn header",
      async run({ url }) {
        const { status, headers } = await handshake(url)
        expect(status).toBe(101)
        expect(headers).toMatchObject({ "sec-websocket-accept": exampleAccept })
        expect(String(headers.upgrade).toLowerCase()).toBe("websocket")
        expect(Object.keys(headers).filter((name) => name.startsWith("x-amz"))).toEqual([])
      },
    },
    {
      id: "handshake-deflate",
      does: "permessage-deflate is negotiated, and messages pass through it both ways",
      async run({ url }) {
        const socket = await openSocket(url, { perMessageDeflate: true })
        expect(socket.extensions).toMatch(/^permessage-deflate/)
        const text = "again and again ".repeat(500)
        expect(JSON.parse((await echo(socket, { text })).body).text).toBe(text)
      },
    },
    {
      id: "handshake-no-deflate",
      does: "who does not offer permessage-deflate does not get it",
      async run({ url }) {
        expect((await handshake(url)).headers).not.toHaveProperty("sec-websocket-extensions")
      },
    },
    {
      id: "handshake-unknown-extension",
      does: "an extension that nobody knows is not negotiated, and no reason to refuse",
      async run({ url }) {
        const { status, headers } = await handshake(url, { "Sec-WebSocket-Extensions": "x-unheard-of" })
        expect(status).toBe(101)
        expect(headers).not.toHaveProperty("sec-websocket-extensions")
      },
    },
    {
      id: "handshake-bad-version",
      does: "a version other than 13 is 400",
      async run({ url }) {
        expect((await handshake(url, { "Sec-WebSocket-Version": "8" })).status).toBe(400)
      },
    },
    {
      id: "handshake-bad-key",
      does: "a key that is not 16 bytes in base64 is 400, and $connect does not run",
      async run(target) {
        const marker = `bad-key-${Math.random()}`
        const { status } = await handshake(`${target.url}?marker=${marker}`, { "Sec-WebSocket-Key": "short" })
        expect(status).toBe(400)
        expect(await target.recallNow(marker, "CONNECT")).toEqual([])
      },
    },
    {
      id: "handshake-post",
      does: "a handshake by POST is 400",
      async run({ url }) {
        expect((await handshake(url, {}, "POST")).status).toBe(400)
      },
    },
    {
      id: "handshake-waits",
      does: "nothing is answered before $connect has",
      async run({ url }) {
        const startedAt = performance.now()
        await openSocket(`${url}?sleep=120`)
        expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119)
      },
    },
  ],
  local: [
    {
      id: "handshake-early-frame",
      does: "a frame that is sent before the 101 has come is heard after it, and counts with its size",
      localOnly: "writes to the bare TCP connection, which on AWS is TLS",
      async run() {
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
        /** Everything that comes until the text does. */
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
    },
    {
      id: "handshake-timeout",
      does: "a $connect that takes too long for its integration is a 504",
      localOnly: ownTemplate,
      async run() {
        const code = "export const handler = () => new Promise(() => {})"
        const { url } = await startLocal({ routes: { $connect: { code, timeoutMs: 50, functionTimeoutSeconds: 1 } } })
        expectGatewayRefusal(await refusedSocket(url), 504, "Endpoint request timed out")
      },
    },
    {
      id: "handshake-missing-permission",
      does: "a $connect whose function may not be invoked is a 500",
      localOnly: ownTemplate,
      async run() {
        const { url } = await startLocal({ routes: { $connect: { code: accept, withoutPermission: true } } })
        expectGatewayRefusal(await refusedSocket(url), 500, "Internal server error")
      },
    },
    {
      id: "handshake-connect-without-target",
      does: "a $connect route without an integration lets everybody in",
      localOnly: ownTemplate,
      async run() {
        const { url } = await startLocal({ routes: { $connect: {}, echo: { code: echoEvent, twoWay: true } } })
        await openEcho(url)
      },
    },
    {
      id: "handshake-plain-get-426",
      does: "a choice makes a plain GET 426, for those who have seen that",
      localOnly: ownTemplate,
      async run() {
        const { url } = await startLocal({ routes: { $connect: {} } }, { assumptions: { plainRequestStatus: 426 } })
        const { status, headers } = await fetch(url.replace(/^ws/, "http"))
        expect(status).toBe(426)
        expect(headers.get("upgrade")).toBe("websocket")
      },
    },
  ],
}

async function expectStatus(target: Target, statusCode: number): Promise<void> {
  const refused = await refusedSocket(returning(target, { statusCode }))
  expect(refused.status).toBe(statusCode)
}
