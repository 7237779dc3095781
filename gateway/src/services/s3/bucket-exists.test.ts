// Whether the bucket of a request exists: known from the template, or asked of the stand-in.
import { once } from "node:events"
import { Agent, createServer } from "node:http"
import { expect, onTestFinished, test } from "vitest"
import type { BucketDefinition } from "../../definition/storage.ts"
import { createPrivateSocket } from "../stand-in/private-socket.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"
import { bucketExists } from "./bucket-exists.ts"
import type { S3Request } from "./request.ts"

/** A stand-in with the bucket `stored`, and the requests that it receives. */
async function start() {
  const socket = createPrivateSocket()
  const asked: string[] = []
  const server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`)
    response.writeHead(url === "/stored/" ? 200 : 404).end()
  }).listen(socket.path)
  await once(server, "listening")
  const agent = new Agent()
  const close = () => {
    agent.destroy()
    server.close()
    server.closeAllConnections()
    socket.remove()
  }
  onTestFinished(close)
  const standIn = { available: async () => {}, socketPath: socket.path } as unknown as StandIn
  const buckets = () => [{ bucketName: "documents" }] as BucketDefinition[]
  const exists = (request: Partial<S3Request>) =>
    bucketExists({ standIn, agent, buckets }, { method: "GET", bucket: undefined, key: "", ...request } as S3Request)
  return { exists, asked, close }
}

test("a request without a bucket, one that creates it and one of the template are not asked about", async () => {
  const { exists, asked } = await start()
  expect(await exists({})).toBe(true)
  expect(await exists({ method: "PUT", bucket: "new" })).toBe(true)
  expect(await exists({ bucket: "documents", key: "a" })).toBe(true)
  expect(asked).toEqual([])
})

test("the stand-in knows every other bucket", async () => {
  const { exists, asked } = await start()
  expect(await exists({ bucket: "stored", key: "a" })).toBe(true)
  expect(await exists({ bucket: "missing" })).toBe(false)
  expect(await exists({ method: "PUT", bucket: "missing", key: "a" })).toBe(false)
  expect(asked).toEqual(["HEAD /stored/", "HEAD /missing/", "HEAD /missing/"])
})

test("a stand-in that cannot be reached is reported", async () => {
  const { exists, close } = await start()
  close()
  await expect(exists({ bucket: "stored" })).rejects.toMatchObject({ name: "StandInUnavailable" })
})
