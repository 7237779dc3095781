// The invocation of the text recognizer, with the real client of Lambda and a scripted server.
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { LambdaClient } from "@aws-sdk/client-lambda"
import { expect, onTestFinished, test } from "vitest"
import { createRecognitionClient, type DocumentToRecognize } from "./recognition-client.ts"

type Logged = { message: string; page: number; error: Error }

async function clientOf(serve: RequestListener, document: Partial<DocumentToRecognize> = {}) {
  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const lambda = new LambdaClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 })
  onTestFinished(() => {
    lambda.destroy()
    server.closeAllConnections()
    server.close()
  })
  const logged: Logged[] = []
  const logger = {
    warn: (message: string, details: Omit<Logged, "message">) => void logged.push({ message, ...details }),
  } as never
  const settings = { functionName: "text-recognizer", pagesAtATime: 2, timeoutSeconds: 60 }
  const remainingMs = () => 60_000
  const recognition = createRecognitionClient(lambda, settings, logger)({ documentId: "d1", remainingMs, ...document })
  return { recognition, logged }
}

const never = new AbortController().signal

test("invokes the function with the page, and returns its text", async () => {
  const requests: { url: string | undefined; event: unknown }[] = []
  const { recognition } = await clientOf(
    (request, response) => {
      let body = ""
      request.on("data", (chunk) => (body += chunk))
      request.on("end", () => {
        requests.push({ url: request.url, event: JSON.parse(body) })
        response.end(JSON.stringify({ text: "The text." }))
      })
    },
    { password: "secret" },
  )
  expect(await recognition.recognize(7, never)).toBe("The text.")
  expect(await recognition.recognize(8, never)).toBe("The text.")
  const readingId = expect.stringMatching(/^[0-9a-f-]{36}$/)
  expect(requests).toEqual(
    [7, 8].map((page) => ({
      url: "/2015-03-31/functions/text-recognizer/invocations",
      event: { documentId: "d1", page, readingId, password: "secret" },
    })),
  )
  expect(new Set(requests.map(({ event }) => (event as { readingId: string }).readingId)).size).toBe(1)
})

test("a function that fails is logged with its page and its reason", async () => {
  const { recognition, logged } = await clientOf((_request, response) => {
    response.setHeader("x-amz-function-error", "Unhandled")
    response.end(JSON.stringify({ errorMessage: "Task timed out after 60.00 seconds" }))
  })
  expect(await recognition.recognize(3, never)).toBeUndefined()
  expect(logged).toMatchObject([
    {
      message: "page not recognized",
      page: 3,
      error: { message: "The text recognizer failed: Task timed out after 60.00 seconds" },
    },
  ])
})

test("a page is given up when the invocation has no time left, before or during its recognition", async () => {
  const { recognition, logged } = await clientOf(() => {}, { remainingMs: () => 3_050 })
  expect(await recognition.recognize(1, never)).toBeUndefined()
  const { recognition: late, logged: loggedLate } = await clientOf(() => {}, { remainingMs: () => 2_000 })
  expect(await late.recognize(1, never)).toBeUndefined()
  expect(logged).toHaveLength(1)
  expect(loggedLate).toMatchObject([{ error: { message: "No time is left to recognize this page." } }])
})

test("a page that is no longer needed is not logged", async () => {
  const stop = new AbortController()
  const { recognition, logged } = await clientOf(() => stop.abort())
  expect(await recognition.recognize(1, stop.signal)).toBeUndefined()
  expect(logged).toEqual([])
})
