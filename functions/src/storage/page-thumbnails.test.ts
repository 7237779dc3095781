// The stored thumbnails, with the client of the SDK and a server that responds as S3.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { S3Client } from "@aws-sdk/client-s3"
import { expect, onTestFinished, test } from "vitest"
import { createPageThumbnails } from "./page-thumbnails.ts"

type Failure = { status: number; code: string }

async function startBucket() {
  const objects = new Map<string, Buffer>()
  const types = new Map<string, unknown>()
  let missing: Failure = { status: 404, code: "NoSuchKey" }
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://s3").pathname
    const object = objects.get(path)
    if (request.method === "PUT") {
      objects.set(path, await buffer(request))
      types.set(path, request.headers["content-type"])
      response.end()
    } else if (request.method === "DELETE") {
      objects.delete(path)
      response.writeHead(204).end()
    } else if (object) response.end(object)
    else response.writeHead(missing.status).end(`<Error><Code>${missing.code}</Code></Error>`)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const client = new S3Client({
    region: "eu-west-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    requestChecksumCalculation: "WHEN_REQUIRED",
  })
  onTestFinished(async () => {
    client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const failWith = (failure: Failure) => {
    missing = failure
  }
  return { thumbnails: createPageThumbnails(client, "bucket"), objects, types, failWith }
}

const png = Uint8Array.of(137, 80, 78, 71)

test("a thumbnail is stored as an image beside the text of its document, until it is removed", async () => {
  const { thumbnails, objects, types } = await startBucket()
  await thumbnails.write("d", png)
  expect([...objects.keys()]).toEqual(["/bucket/texts/d/thumbnail"])
  expect([...types.values()]).toEqual(["image/png"])
  expect(await thumbnails.read("d")).toEqual(png)
  expect(await thumbnails.read("other")).toBeUndefined()
  await thumbnails.remove("d")
  await thumbnails.remove("d")
  expect(await thumbnails.read("d")).toBeUndefined()
})

test("a caller that may not list the bucket receives none for a thumbnail that is missing", async () => {
  const { thumbnails, failWith } = await startBucket()
  failWith({ status: 403, code: "AccessDenied" })
  expect(await thumbnails.read("d")).toBeUndefined()
})

test("any other failure of S3 is reported to the caller", async () => {
  const { thumbnails, failWith } = await startBucket()
  failWith({ status: 503, code: "SlowDown" })
  await expect(thumbnails.read("d")).rejects.toMatchObject({ name: "SlowDown" })
})
