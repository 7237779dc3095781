// The endpoint of S3 in front of a stand-in that the tests control: what it forwards when, and which failures it reports.
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from "node:http"
import { buffer } from "node:stream/consumers"
import { expect, onTestFinished, test } from "vitest"
import type { DataCaller } from "../../definition/permission.ts"
import { systemClock } from "../../foundation/clock.ts"
import { silentLog } from "../../foundation/log.ts"
import { createServiceCalls } from "../front/service-calls.ts"
import { createPrivateSocket } from "../stand-in/private-socket.ts"
import { unrestricted } from "../testing/accept-all.ts"
import { startS3Front } from "./front.ts"

type Received = { incoming: IncomingMessage; response: ServerResponse }

async function start({
  caller = unrestricted,
  available = async () => {},
}: Partial<{ caller: DataCaller; available(): Promise<void> }> = {}) {
  const socket = createPrivateSocket()
  const waiting: ((received: Received) => void)[] = []
  const standIn = createServer((incoming, response) => waiting.shift()?.({ incoming, response }))
  standIn.listen(socket.path)
  await once(standIn, "listening")
  const errors: string[] = []
  const front = await startS3Front({
    standIn: { socketPath: socket.path, available },
    awsHost: "s3.eu-west-1.amazonaws.com",
    region: "eu-west-1",
    buckets: () => [{ logicalId: "Bucket", stackName: "s", bucketName: "bucket", cors: [] }],
    notifications: () => [],
    authenticate: () => ({ outcome: "verified", caller }),
    calls: createServiceCalls(systemClock, undefined),
    targets: { deliver: async () => {}, invokeAsync: async () => {}, putServiceEvent() {} },
    clock: systemClock,
    log: { ...silentLog, error: (event) => errors.push(event) },
  })
  onTestFinished(async () => {
    await front.close()
    standIn.closeAllConnections()
    standIn.close(socket.remove)
  })
  const send = (method: string, headers: Record<string, string> = {}, path = "/bucket/key") =>
    sendRequest(front.endpoint + path, { method, headers }).on("error", () => {})
  return { front, errors, send, received: () => new Promise<Received>((resolve) => waiting.push(resolve)) }
}

const contentType = "multipart/form-data; boundary=x"
const formStart = (key: string) =>
  `--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n${key}\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n`

test("a form is forwarded while its file is received, and complete", async () => {
  const { send, received } = await start()
  const post = send("POST", { "content-type": contentType }, "/bucket")
  const forwarded = received()
  post.write(formStart("a"))
  post.write(Buffer.alloc(64 * 1024, "f"))
  const { incoming, response } = await forwarded
  post.end("\r\n--x--\r\n")
  expect((await buffer(incoming)).toString()).toBe(`${formStart("a")}${"f".repeat(64 * 1024)}\r\n--x--\r\n`)
  response.writeHead(204).end()
  const [reply] = (await once(post, "response")) as [IncomingMessage]
  expect(reply.statusCode).toBe(204)
})

test("a form is rejected before its file is received, when its caller may not put the object", async () => {
  const may: DataCaller["may"] = ({ action, resource }) => ({
    allowed: false,
    message: `${action} on ${resource} is denied`,
  })
  const { send } = await start({ caller: { isRestricted: true, may, hasPermission: may } })
  const post = send("POST", { "content-type": contentType }, "/bucket")
  post.write(formStart("secret"))
  post.write(Buffer.alloc(64 * 1024, "f"))
  const [reply] = (await once(post, "response")) as [IncomingMessage]
  expect(reply.statusCode).toBe(403)
  expect((await buffer(reply)).toString()).toContain("s3:PutObject on bucket/secret is denied")
  post.destroy()
})

test("a form whose file is larger than its policy allows is rejected, and what was forwarded of it has no end", async () => {
  const { send, received, errors } = await start()
  const expiration = new Date(Date.now() + 60_000)
  const conditions = [{ bucket: "bucket" }, { key: "a" }, ["content-length-range", 0, 100_000]]
  const policy = btoa(JSON.stringify({ expiration, conditions }))
  const post = send("POST", { "content-type": contentType }, "/bucket")
  const forwarded = received()
  post.write(`--x\r\nContent-Disposition: form-data; name="policy"\r\n\r\n${policy}\r\n${formStart("a")}`)
  post.write(Buffer.alloc(64 * 1024, "f"))
  const { incoming } = await forwarded
  const aborted = new Promise((resolve) => incoming.on("error", resolve).resume())
  post.end(`${"f".repeat(64 * 1024)}\r\n--x--\r\n`)
  const [reply] = (await once(post, "response")) as [IncomingMessage]
  expect(reply.statusCode).toBe(400)
  expect((await buffer(reply)).toString()).toContain("<Code>EntityTooLarge</Code>")
  await aborted
  expect(incoming.complete).toBe(false)
  expect(errors).toEqual([])
})

test("a client that reads a part of an object and leaves is not a failure", async () => {
  const { front, errors, send, received } = await start()
  const get = send("GET")
  const forwarded = received()
  get.end()
  const { response } = await forwarded
  response.writeHead(200, { "content-length": "1000" }).write("part")
  const [reply] = (await once(get, "response")) as [IncomingMessage]
  await once(reply, "readable")
  get.destroy()
  await once(response, "close")
  await front.close()
  expect(errors).toEqual([])
})

test("an upload whose client leaves before it is forwarded is not stored", async () => {
  const restarted = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const { front, errors, send, received } = await start({
    available() {
      begun.resolve()
      return restarted.promise
    },
  })
  let isComplete = false
  void received().then(({ incoming }) => incoming.resume().on("end", () => (isComplete = true)))
  const put = send("PUT", { "content-length": "1000" })
  put.write("part")
  await begun.promise
  const socket = put.socket
  put.destroy()
  if (socket && !socket.closed) await once(socket, "close")
  restarted.resolve()
  await front.close()
  expect({ errors, isComplete }).toEqual({ errors: [], isComplete: false })
})
