// What comes back for a message: the function's answer, the gateway's error frames, or nothing.
import { expect } from "vitest"
import { openSocket, type TestSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { echoEvent } from "../../harness/template.ts"
import { ownTemplate, type Topic } from "../case.ts"
import { echo, openEcho } from "../target.ts"

const frame = (message: string) =>
  new RegExp(`^\\{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="\\}$`)
const internalServerError = frame("Internal server error")

/** The next message is the answer to this question, so nothing was sent before it. */
async function expectSilence(socket: TestSocket): Promise<void> {
  const { requestContext } = await echo(socket)
  expect(requestContext.routeKey).toBe("echo")
}

async function answerTo(url: string, message: object): Promise<string> {
  const socket = await openSocket(url)
  socket.send(message)
  return socket.next()
}

/** What a two-way route sends when its function returns this. */
const resultOf = (url: string, result: unknown) => answerTo(url, { action: "result", result })

export const answersTopic: Topic = {
  title: "Answers",
  observer: [
    {
      id: "answer-two-way",
      does: "a route with a route response sends the body back, and nothing else of the answer",
      async run({ url }) {
        const result = { statusCode: 200, headers: { "X-Mine": "yes" }, body: "the body" }
        expect(await resultOf(url, result)).toBe("the body")
      },
    },
    {
      id: "answer-one-way",
      does: "a route without one sends nothing",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "quiet-result", result: { statusCode: 200, body: "unheard" } })
        socket.send({ action: "quiet" })
        await expectSilence(socket)
      },
    },
    {
      id: "answer-expression-only",
      does: "RouteResponseSelectionExpression without a RouteResponse makes no two-way route",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "only-expression" })
        await expectSilence(socket)
      },
    },
    {
      id: "answer-response-only",
      does: "a RouteResponse without RouteResponseSelectionExpression makes no two-way route",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "only-response" })
        await expectSilence(socket)
      },
    },
    {
      id: "answer-status-ignored",
      does: "a status of 400 or 500 changes nothing: the body is sent, there is no error frame",
      async run({ url }) {
        expect(await resultOf(url, { statusCode: 400, body: "four hundred" })).toBe("four hundred")
        expect(await resultOf(url, { statusCode: 500, body: "five hundred" })).toBe("five hundred")
      },
    },
    {
      id: "answer-without-body",
      does: "an answer without a body is no message",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "result", result: { statusCode: 200 } })
        await expectSilence(socket)
      },
    },
    {
      id: "answer-empty-body",
      does: "an answer with an empty body is no message",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "result", result: { statusCode: 200, body: "" } })
        await expectSilence(socket)
      },
    },
    {
      id: "answer-without-status",
      does: "an answer without a statusCode is an answer",
      async run({ url }) {
        expect(await resultOf(url, { body: "no status" })).toBe("no status")
      },
    },
    {
      id: "answer-base64",
      does: "a body in base64 is decoded and sent as text",
      async run({ url }) {
        const body = Buffer.from("grüße").toString("base64")
        expect(await resultOf(url, { statusCode: 200, body, isBase64Encoded: true })).toBe("grüße")
      },
    },
    {
      id: "answer-unicode",
      does: "text passes as it is: emoji, lone control characters, line breaks",
      async run({ url }) {
        const body = "😀\u0000\n\u2028é"
        expect(await resultOf(url, { statusCode: 200, body })).toBe(body)
      },
    },
    {
      id: "answer-null",
      does: "a function that returns null is an Internal server error, byte for byte",
      async run({ url }) {
        expect(await resultOf(url, null)).toMatch(internalServerError)
      },
    },
    {
      id: "answer-malformed",
      does: "so is one whose body is no text, or that returns no object",
      async run({ url }) {
        expect(await resultOf(url, { statusCode: 200, body: { not: "text" } })).toMatch(internalServerError)
        expect(await resultOf(url, "just text")).toMatch(internalServerError)
        expect(await resultOf(url, ["a", "list"])).toMatch(internalServerError)
      },
    },
    {
      id: "answer-throw",
      does: "a function that throws is an Internal server error, also on a one-way route",
      async run({ url }) {
        expect(await answerTo(url, { action: "throw" })).toMatch(internalServerError)
      },
    },
    {
      id: "answer-throw-ids",
      does: "the frame names this connection",
      async run({ url }) {
        const { socket, connectionId } = await openEcho(url)
        socket.send({ action: "throw" })
        expect((await socket.nextJson()).connectionId).toBe(connectionId)
      },
    },
    {
      id: "answer-error-stays-open",
      does: "the connection stays open after an error frame",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "throw" })
        await socket.next()
        await echo(socket)
      },
    },
    {
      id: "answer-integration-timeout",
      does: "an integration that takes too long is Endpoint request timed out",
      async run({ url }) {
        expect(await answerTo(url, { action: "hasty", ms: 600 })).toMatch(frame("Endpoint request timed out"))
      },
    },
    {
      id: "answer-in-time",
      does: "within its timeout the same integration answers",
      async run({ url }) {
        // Whoever runs a function for the first time waits for its environment.
        const socket = await openSocket(url)
        let answer: string
        do {
          socket.send({ action: "hasty", ms: 1 })
          answer = await socket.next()
        } while (frame("Endpoint request timed out").test(answer))
        expect(JSON.parse(answer)).toEqual({ slept: 1 })
      },
    },
    {
      id: "answer-function-timeout",
      does: "a function that outlives its own timeout is an Internal server error",
      async run({ url }) {
        expect(await answerTo(url, { action: "overdue" })).toMatch(internalServerError)
      },
    },
    {
      id: "answer-missing-permission",
      does: "a function that API Gateway may not invoke is an Internal server error",
      async run({ url }) {
        expect(await answerTo(url, { action: "unpermitted" })).toMatch(internalServerError)
      },
    },
    {
      id: "answer-without-target",
      does: "a custom route without an integration is an Internal server error",
      async run({ url }) {
        expect(await answerTo(url, { action: "untargeted" })).toMatch(internalServerError)
      },
    },
    {
      id: "answer-overtakes",
      does: "an answer does not wait for those to earlier messages",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send({ action: "slow", ms: 300 })
        await echo(socket)
        expect(await socket.nextJson()).toEqual({ slept: 300 })
      },
    },
    {
      id: "answer-larger-than-a-frame",
      does: "an answer larger than a frame arrives whole",
      async run({ url }) {
        // Each quotation mark is two bytes in the question and four in the answer.
        const text = '"'.repeat(15_000)
        const answer = await answerTo(url, { action: "echo", text })
        expect(answer.length).toBeGreaterThan(60_000)
        expect(JSON.parse(JSON.parse(answer).body).text).toBe(text)
      },
    },
  ],
  local: [
    {
      id: "answer-too-large",
      does: "an answer above 128 KB is an Internal server error",
      localOnly: ownTemplate,
      async run() {
        const code = "export const handler = async (event) => ({ body: 'x'.repeat(JSON.parse(event.body).length) })"
        const { url } = await startLocal({ routes: { make: { code, twoWay: true } } })
        expect(await answerTo(url, { action: "make", length: 131_072 })).toHaveLength(131_072)
        expect(await answerTo(url, { action: "make", length: 131_073 })).toMatch(internalServerError)
      },
    },
    {
      id: "answer-late",
      does: "the answer of a function that was given up is never sent",
      localOnly: ownTemplate,
      async run() {
        const code = `let release
          export const handler = async (event) => {
            const { wait } = JSON.parse(event.body)
            if (wait) await new Promise((resolve) => (release = setTimeout(resolve, 100)))
            return { body: wait ? "late" : "second" }
          }`
        const { url } = await startLocal({ routes: { wait: { code, twoWay: true, timeoutMs: 50 } } })
        const socket = await openSocket(url)
        // A cold start may be timed out as well, so ask until the function is warm.
        let answer = ""
        while (answer !== "second") {
          socket.send({ action: "wait" })
          answer = await socket.next()
        }
        socket.send({ action: "wait", wait: true })
        expect(await socket.next()).toMatch(frame("Endpoint request timed out"))
        // Its environment is free again only once it has answered: what comes then is the new answer, not the late one.
        answer = ""
        while (answer !== "second") {
          socket.send({ action: "wait" })
          answer = await socket.next()
          expect(answer).not.toBe("late")
        }
      },
    },
    {
      id: "answer-throttled-function",
      does: "a function whose reserved concurrency is used up is an Internal server error",
      localOnly: ownTemplate,
      async run() {
        const { url } = await startLocal({ routes: { echo: { code: echoEvent, reservedConcurrency: 0 } } })
        expect(await answerTo(url, { action: "echo" })).toMatch(internalServerError)
      },
    },
    {
      id: "answer-after-close",
      does: "an answer to who has left is dropped without harm",
      localOnly: ownTemplate,
      async run() {
        const code = "export const handler = () => new Promise((done) => setTimeout(done, 60, { body: 'too late' }))"
        const local = await startLocal({
          routes: { late: { code, twoWay: true }, echo: { code: echoEvent, twoWay: true } },
        })
        const { socket } = await openEcho(local.url)
        socket.send({ action: "late" })
        socket.vanish()
        await openEcho(local.url)
        expect(local.events.filter((event) => event.event === "problem")).toEqual([])
      },
    },
  ],
}
