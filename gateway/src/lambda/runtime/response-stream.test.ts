// What handlers that stream their response can write.
import { pipeline } from "node:stream/promises"
import { expect, onTestFinished, test } from "vitest"
import type { Context } from "./context.ts"
import { installResponseStream, type StreamSink, streamTo } from "./response-stream.ts"

type Stream = NodeJS.WritableStream & { setContentType(type: string): void }
type Handler = (event: unknown, context: Context) => Promise<unknown>

function streamify(handler: (event: unknown, stream: Stream) => unknown, sink?: StreamSink): Handler {
  const realm: { awslambda?: { streamifyResponse(one: typeof handler): Handler } } = {}
  installResponseStream(realm)
  streamTo(sink)
  onTestFinished(() => streamTo(undefined))
  return realm.awslambda!.streamifyResponse(handler)
}

const context = {} as Context

test("parts are written one after the other, and large ones are divided", async () => {
  const parts: number[] = []
  let head = ""
  const collect: StreamSink["write"] = (part, done) => {
    parts.push(part.length)
    setImmediate(done)
  }
  const handler = streamify(
    async (_event, stream) => {
      stream.setContentType("image/png")
      stream.write(Buffer.alloc(2.5 * 1024 * 1024))
      stream.end("end")
    },
    { begin: (text) => (head = text), write: collect },
  )
  expect(await handler({}, context)).toBe(null)
  expect(JSON.parse(head)).toEqual({ statusCode: 200, headers: { "content-type": "image/png" } })
  expect(parts).toEqual([1024 * 1024, 1024 * 1024, 512 * 1024, 3])
})

test("a response without a part begins too", async () => {
  let head = ""
  const handler = streamify((_event, stream) => stream.end(), { begin: (text) => (head = text), write: () => {} })
  await handler({}, context)
  expect(JSON.parse(head)).toMatchObject({ statusCode: 200 })
})

test("a handler that streams more than 200 MB fails", async () => {
  let bytes = 0
  const part = Buffer.alloc(50 * 1024 * 1024)
  const handler = streamify((_event, stream) => pipeline([part, part, part, part, Buffer.from("x")], stream), {
    begin: () => {},
    write(one, done) {
      bytes += one.length
      done()
    },
  })
  await expect(handler({}, context)).rejects.toThrow("The streamed response exceeds 209715200 bytes.")
  expect(bytes).toBe(200 * 1024 * 1024)
})

test("without a caller that wants a stream the result has the whole response", async () => {
  const handler = streamify((_event, stream) => stream.end("all"))
  expect(await handler({}, context)).toMatchObject({
    body: Buffer.from("all").toString("base64"),
    isBase64Encoded: true,
  })
})
