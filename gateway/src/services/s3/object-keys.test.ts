// Object keys are data: whatever a key contains, it works as in S3 and no file is written outside the data folder.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { type IncomingMessage, type RequestOptions, request as sendRequest } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { afterAll, afterEach, describe, expect, test } from "vitest"
import { systemClock } from "../../foundation/clock.ts"
import { silentLog } from "../../foundation/log.ts"
import { startS3AndSqs } from "../s3-sqs/stand-in.ts"
import { createServices } from "../services.ts"
import { acceptAll } from "../testing/accept-all.ts"
import { definitionOf } from "../testing/definition-of.ts"

const region = "eu-west-1"
const administrator = { accessKeyId: "AKIA", secretAccessKey: "secret" }

type Closer = () => Promise<unknown> | unknown

const closers: Closer[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const sharedClosers: Closer[] = []
afterAll(async () => {
  for (const close of sharedClosers.splice(0).reverse()) await close()
})

let shared: ReturnType<typeof startBucket> | undefined
/** A bucket of this file, for tests that leave it empty: starting a stand-in takes longer than they do. */
function shareBucket() {
  shared ??= startBucket(dataFolder(sharedClosers).dataDir, sharedClosers)
  return shared
}

/** From the folder of a bucket's objects to a folder that is outside the data folder and in the folder of the test. */
const up = (segment: string, slash: string) => Array(7).fill(segment).join(slash)

const hostileKeys: [name: string, path: string, key: string][] = [
  ["dots", `${up("..", "/")}/escaped`, `${up("..", "/")}/escaped`],
  ["encoded dots", `${up("%2e%2e", "/")}/escaped`, `${up("..", "/")}/escaped`],
  ["encoded slashes", `${up("..", "%2f")}%2fescaped`, `${up("..", "/")}/escaped`],
  ["encoded backslashes", `${up("..", "%5C")}%5Cescaped`, `${up("..", "\\")}\\escaped`],
  ["two dots", "..", ".."],
  ["two dots and a slash", "../", "../"],
  ["dots in the middle", "a/../../b", "a/../../b"],
  ["an absolute path", "//absolute/file", "//absolute/file"],
  ["an absolute path of Windows", "C%3A%5Cabsolute%5Cfile", "C:\\absolute\\file"],
  ["a NUL", "nul%00byte", "nul\0byte"],
  ["__proto__", "__proto__", "__proto__"],
  ["constructor/prototype", "constructor/prototype", "constructor/prototype"],
  ["a device of Windows", "CON", "CON"],
  ["a slash at the end", "folder/", "folder/"],
  ["1,024 letters", "k".repeat(1024), "k".repeat(1024)],
  ["512 letters of two bytes", "%C3%A9".repeat(512), "é".repeat(512)],
]

test("a deletion of more than 1,000 keys is rejected, and one of 1,000 is made", async () => {
  const { send } = await shareBucket()
  const request = { method: "POST", path: "/documents?delete", headers: { "content-type": "application/xml" } }
  const deletion = (keys: number) => `<Delete>${"<Object><Key>a</Key></Object>".repeat(keys)}</Delete>`
  expect((await send(request, deletion(1000))).status).toBe(200)
  expect(await send(request, deletion(1001))).toMatchObject({
    status: 400,
    body: expect.stringContaining("<Code>MalformedXML</Code>"),
  })
})

test("a deletion of more than 8 MB is rejected, and one of 8 MB is made", async () => {
  const { send, keys } = await shareBucket()
  await send({ method: "PUT", path: "/documents/a" }, "a")
  const deletion = (bytes: number) => "<Delete><Object><Key>a</Key></Object></Delete>".padEnd(bytes)
  const limit = 8 * 1024 * 1024
  const request = { method: "POST", path: "/documents?delete", headers: { "content-type": "application/xml" } }
  const { status, body } = await send(request, deletion(limit + 1))
  expect([status, body]).toEqual([400, expect.stringContaining("<Code>MaxMessageLengthExceeded</Code>")])
  expect(await keys()).toEqual(["a"])
  expect((await send(request, deletion(limit))).status).toBe(200)
  expect(await keys()).toEqual([])
})

describe("a hostile key", () => {
  test("is stored, read, listed, kept and deleted, and writes nothing outside the data folder", async () => {
    const { dataDir, unexpected } = dataFolder()
    const before = await startBucket(dataDir)
    for (const [name, path, key] of hostileKeys) {
      const { status } = await before.send({ method: "PUT", path: `/documents/${path}` }, key)
      expect([name, status]).toEqual([name, 200])
      expect([name, (await before.send({ path: `/documents/${path}` })).body]).toEqual([name, key])
    }
    const all = hostileKeys.map(([, , key]) => key)
    expect((await before.keys()).toSorted()).toEqual([...new Set(all)].toSorted())
    await before.close()
    expect(unexpected()).toEqual([])

    const after = await startBucket(dataDir)
    expect((await after.keys()).toSorted()).toEqual([...new Set(all)].toSorted())
    for (const [name, path, key] of hostileKeys) {
      expect([name, (await after.send({ path: `/documents/${path}` })).body]).toEqual([name, key])
    }
    for (const [, path] of hostileKeys) await after.send({ method: "DELETE", path: `/documents/${path}` })
    expect(await after.keys()).toEqual([])
  })

  test("is stored by a copy, a multipart upload and a form, and removed by DeleteObjects, within the data folder", async () => {
    const { dataDir, unexpected } = dataFolder()
    const { client, endpoint, send, keys } = await startBucket(dataDir)
    const Bucket = "documents"
    const key = (name: string) => `${up("..", "/")}/${name}`
    await send({ method: "PUT", path: `/documents/${key("first")}` }, "first")
    await client.send(new CopyObjectCommand({ Bucket, Key: key("copy"), CopySource: `documents/${key("first")}` }))
    const Key = key("parts")
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "part" }))
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
    const form = new FormData()
    form.set("key", key("form"))
    form.set("file", new Blob(["form"]), "form.txt")
    expect((await fetch(`${endpoint}/documents`, { method: "POST", body: form })).status).toBe(204)
    const stored = ["copy", "first", "form", "parts"].map(key)
    expect(await keys()).toEqual(stored)
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key("copy") }))
    expect(await Body!.transformToString()).toBe("first")
    expect(unexpected()).toEqual([])
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: stored.map((Key) => ({ Key })) } }))
    expect(await keys()).toEqual([])
  })

  test("stays in the data folder when the stand-in itself receives it", async () => {
    const { dataDir, unexpected } = dataFolder()
    const socketPath = join(dataDir, "socket")
    closers.push(await startS3AndSqs({ name: "s3-sqs", region, folder: join(dataDir, "s3-sqs"), socketPath }))
    expect((await exchange({ socketPath, method: "PUT", path: "/documents" })).status).toBe(200)
    for (const [, path, key] of hostileKeys) {
      await exchange({ socketPath, method: "PUT", path: `/documents/${path}` }, key)
      expect((await exchange({ socketPath, path: `/documents/${path}` })).body).toBe(key)
    }
    expect(unexpected()).toEqual([])
  })
})

test("a key of more than 1,024 bytes is rejected", async () => {
  const { send } = await shareBucket()
  const { status, body } = await send({ method: "PUT", path: `/documents/${"%C3%A9".repeat(513)}` }, "x")
  expect(status).toBe(400)
  expect(body).toContain("<Code>KeyTooLongError</Code><Message>Your key is too long.</Message>")
})

test("a multipart upload continues in the next run", async () => {
  const { dataDir } = dataFolder()
  const before = await startBucket(dataDir)
  const object = { Bucket: "documents", Key: "a/b" }
  const { UploadId } = await before.client.send(new CreateMultipartUploadCommand(object))
  const part = { ...object, UploadId, PartNumber: 1, Body: "line\nline" }
  const { ETag } = await before.client.send(new UploadPartCommand(part))
  await before.close()
  const after = await startBucket(dataDir)
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
  await after.client.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload }))
  expect((await after.send({ path: "/documents/a/b" })).body).toBe("line\nline")
})

test("uploads with a length and in chunks that end early store no object", async () => {
  const { dataDir } = dataFolder()
  const { send, endpoint, close } = await startBucket(dataDir)
  for (const [name, value] of Object.entries({ "transfer-encoding": "chunked", "content-length": "100000" })) {
    const headers = { [name]: value }
    const upload = sendRequest(`${endpoint}/documents/${name}`, { method: "PUT", headers })
    upload.once("error", () => {})
    upload.write("x".repeat(1000), () => upload.destroy())
    await new Promise((resolve) => upload.once("close", resolve))
  }
  await send({ method: "PUT", path: "/documents/later" }, "x")
  // The stand-in has processed everything when it has closed.
  await close()
  const after = await startBucket(dataDir)
  expect(await after.keys()).toEqual(["later"])
  for (const name of ["transfer-encoding", "content-length"]) {
    expect((await after.send({ path: `/documents/${name}` })).status).toBe(404)
  }
})

/** A data folder several levels below a folder of this test, in which nothing else may appear. */
function dataFolder(onClose = closers) {
  const root = mkdtempSync(join(tmpdir(), "object-keys-"))
  onClose.push(() => rmSync(root, { recursive: true }))
  const dataDir = join(root, "1/2/3/data")
  mkdirSync(dataDir, { recursive: true })
  const unexpected = () =>
    readdirSync(root, { recursive: true })
      .map((name) => String(name).replaceAll("\\", "/"))
      .filter((name) => !["1", "1/2", "1/2/3", "1/2/3/data"].includes(name) && !/^1\/2\/3\/data\/[\w./-]+$/.test(name))
  return { dataDir, unexpected }
}

async function startBucket(dataDir: string, onClose = closers) {
  const services = createServices({
    region,
    urlSuffix: "amazonaws.com",
    clock: systemClock,
    log: silentLog,
    dataDir,
    authenticate: acceptAll,
    administrator,
  })
  onClose.push(services.close)
  const buckets = [
    { logicalId: "It", stackName: "Stack", bucketName: "documents", arn: "arn:aws:s3:::documents", cors: [] },
  ]
  const definition = definitionOf({ buckets })
  await services.createResources(definition)
  services.use(definition)
  const endpoint = services.endpoints.s3 ?? ""
  const client = new S3Client({ region, endpoint, credentials: administrator, forcePathStyle: true })
  onClose.push(() => client.destroy())
  const { hostname, port } = new URL(endpoint)
  return {
    client,
    endpoint,
    close: services.close,
    send: (options: RequestOptions, body?: string) => exchange({ hostname, port, ...options }, body),
    async keys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: "documents" }))
      return Contents.map(({ Key }) => Key)
    },
  }
}

/** Sends a request whose path is not normalized. */
function exchange(options: RequestOptions, body?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const read = async (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
    }
    sendRequest(options, read).once("error", reject).end(body)
  })
}
