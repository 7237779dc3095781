// Tests of faults on the real assembly: a document that kills its processor, a dead letter, a deletion during the upload, and
// a document that takes several invocations. The waiting times of the queues are shortened; functions/src/document-endings.test.ts tests the deployed ones.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3"
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { createDocumentsClient, ProgressClient } from "@document-insight/client"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { contentTypeOf, isFinal, type Progress } from "@document-insight/protocol"
import { afterAll, beforeAll, test } from "vitest"
import { copyAssembly, copyAsset } from "../testing/copy-assembly.ts"

const samples = join(import.meta.dirname, "..", "..", "samples")
const poisonedPages = 7
// More than two invocations read.
const slowPages = 28

/** The processor is changed to end its process at the second page of a document with as many pages. */
const poison = textOf(poisonedPages)

// Attempts and receives that are the last differ, so there are two systems. All tests wait most of their time.
let system: System
let impatient: System

beforeAll(async () => {
  ;[system, impatient] = await Promise.all([
    startSystem({ maxAttempts: 2, maxReceiveCount: 10 }),
    startSystem({ maxAttempts: 3, maxReceiveCount: 1 }),
  ])
})

afterAll(async () => {
  await Promise.all([system?.close(), impatient?.close()])
})

test.concurrent("a document that kills its processor ends after its attempts, and every other document is read once", async ({
  expect,
}) => {
  const [poisoned, other] = await Promise.all([system.send("poison.txt", poison), system.send("field-report.html")])
  expect((await other.end).status).toBe("processing_complete")
  expect(await poisoned.end).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: false })

  expect(system.reported("Runtime.ExitError")).toBe(2)
  expect(await system.deadLetters()).toBe(0)
  const ids = [poisoned.documentId, other.documentId]
  expect(system.documentsLogged("document finished").toSorted()).toEqual(ids.toSorted())
})

test.concurrent("a document that is deleted during its upload ends for its watcher, and leaves no object behind", async ({
  expect,
}) => {
  const body = readFileSync(join(samples, "release-letter.txt"))
  const { target, end } = await system.create("release-letter.txt", body)
  await system.documents.remove(target.documentId)
  expect(await end).toMatchObject({ status: "error", errorCode: "DOCUMENT_NOT_FOUND", recoverable: false })
  await system.documents.upload(target, new Uint8Array(body))
  await system.logged("document was deleted before it was processed")
  await expect.poll(() => system.objectsOf(target.documentId)).toEqual([])
})

test.concurrent("a dead letter ends its document and leaves the queue", async ({ expect }) => {
  const { documentId, end } = await impatient.send("poison.txt", poison)
  expect(await end).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: false })
  expect(impatient.reported("Runtime.ExitError")).toBe(1)
  expect(impatient.documentsLogged("document ended by the watchdog")).toEqual([documentId])
  await expect.poll(() => impatient.deadLetters(), { timeout: 20_000 }).toBe(0)
})

test.concurrent("a document that takes several invocations is read with the permissions of its role, and shows no error", async ({
  expect,
}) => {
  const { documentId, seen, end } = await system.send("slow.txt", textOf(slowPages))
  expect(await end).toMatchObject({ status: "processing_complete", totalPages: slowPages })
  expect(system.documentsLogged("document is continued by the next invocation").length).toBeGreaterThan(1)
  // On a busy machine an attempt may end before its first page.
  const errors = seen.filter(({ status }) => status === "error")
  expect(errors.length).toBeLessThanOrEqual(system.attemptsWithoutPage())
  const reached = seen.map(({ pagesProcessed }) => pagesProcessed)
  expect(reached).toEqual(reached.toSorted((one, other) => one - other))
  expect(system.denied()).toEqual([])
  expect((await system.documents.page(documentId, slowPages)).text).toContain(`This is page ${slowPages}.`)
})

/** A document with as many pages. Of text, because each process that reads a PDF loads PDFium first. */
function textOf(pages: number): Uint8Array {
  return Buffer.from(Array.from({ length: pages }, (_, index) => `This is page ${index + 1}.`).join("\f"))
}

type Values = { maxAttempts: number; maxReceiveCount: number }

/** Five of the seconds are reserved for the end of an invocation. */
const timeoutSeconds = 10

type System = Awaited<ReturnType<typeof startSystem>>

async function startSystem({ maxAttempts, maxReceiveCount }: Values) {
  const source = await copyAssembly()
  changeResource(source, "AWS::Lambda::Function", "document-processor", (properties) => {
    properties.Timeout = timeoutSeconds
    Object.assign(properties.Environment.Variables, {
      MAX_ATTEMPTS: `${maxAttempts}`,
      MAX_CONTINUATIONS: "100",
      MAX_RECEIVE_COUNT: `${maxReceiveCount}`,
      CLAIM_SECONDS: "6",
    })
  })
  changeResource(source, "AWS::SQS::Queue", "uploads", ({ RedrivePolicy }) => {
    RedrivePolicy.maxReceiveCount = maxReceiveCount
  })
  changeProcessor(source)
  const events: GatewayEvent[] = []
  const listeners = new Set<() => void>()
  const gateway = await startGateway({
    source,
    onEvent(event) {
      events.push(event)
      for (const listener of listeners) listener()
    },
  })
  const { WebSocketApiUrl = "", ApiEndpoint = "" } = gateway.outputs()
  const progress = new ProgressClient({ url: WebSocketApiUrl })
  progress.open()
  const documents = createDocumentsClient({ apiEndpoint: ApiEndpoint })
  const client = { region: "us-east-1", credentials: gateway.credentials }
  const sqs = new SQSClient({ ...client, endpoint: gateway.endpoints.sqs! })
  const s3 = new S3Client({ ...client, endpoint: gateway.endpoints.s3!, forcePathStyle: true })
  const output = () => events.flatMap((event) => (event.event === "log" ? [event.message] : []))

  let created: Promise<unknown> = Promise.resolve()

  /** One after the other, because requests at the same time would start a process each. */
  function create(fileName: string, body: Uint8Array) {
    const creating = created.then(() => createNow(fileName, body))
    created = creating
    return creating
  }

  async function createNow(fileName: string, body: Uint8Array) {
    const target = await documents.create({
      fileName,
      contentType: contentTypeOf(fileName) ?? "",
      sizeBytes: body.length,
    })
    const watching = Promise.withResolvers<void>()
    const seen: Progress[] = []
    const end = new Promise<Progress>((resolve) => {
      progress.watch(target.documentId, (now) => {
        watching.resolve()
        seen.push(now)
        if (isFinal(now)) resolve(now)
      })
    })
    await watching.promise
    return { target, seen, end }
  }

  return {
    documents,
    create,
    async close() {
      progress.close()
      sqs.destroy()
      s3.destroy()
      await gateway.close()
      rmSync(source, { recursive: true })
    },
    async send(fileName: string, body: Uint8Array = readFileSync(join(samples, fileName))) {
      const { target, seen, end } = await create(fileName, body)
      await documents.upload(target, new Uint8Array(body))
      return { documentId: target.documentId, seen, end }
    },
    /** How many messages the dead-letter queue holds, received ones included. */
    async deadLetters() {
      const QueueUrl = `${gateway.endpoints.sqs}/000000000000/document-insight-dev-uploads-dead-letter`
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))
      const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes
      return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible)
    },
    async objectsOf(documentId: string) {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand())
      const uploads = Buckets.find(({ Name = "" }) => Name.includes("-uploads-"))
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: uploads!.Name, Prefix: `uploads/${documentId}` }),
      )
      return Contents.map(({ Key }) => Key)
    },
    /** Resolves once a function has logged this. */
    async logged(message: string) {
      while (!output().some((line) => line.includes(message))) {
        const { promise, resolve } = Promise.withResolvers<void>()
        listeners.add(resolve)
        await promise
        listeners.delete(resolve)
      }
    },
    /** What IAM denied. */
    denied: () => events.filter(({ event }) => event === "denied"),
    /** How many invocations ended with this error, by the functions' own logs. */
    reported: (errorType: string) =>
      output().filter((line) => line.includes("report") && line.includes(errorType)).length,
    /** The document of each log line with this message. */
    documentsLogged: (message: string) =>
      output().flatMap((line) => {
        const logged = line.startsWith("{") ? JSON.parse(line) : {}
        return logged.message === message ? [logged.documentId as string] : []
      }),
    attemptsWithoutPage: () => output().filter((line) => line.includes("no page was read within the time")).length,
  }
}

/** Ends the process at the second page of a poisoned document, and delays each page of a slow one: it waits for the table. */
function changeProcessor(source: string): void {
  const asset = assetOf(source, "document-processor")
  copyAsset(source, asset)
  const path = join(source, asset, "index.mjs")
  const progressOf = (pages: number) => ['":status":{"S":"progress"}', `":totalPages":{"N":"${pages}"}`]
  const change = `import { OutgoingMessage } from "node:http"
  const end = OutgoingMessage.prototype.end
  OutgoingMessage.prototype.end = function (body, ...rest) {
    const text = body === undefined ? "" : Buffer.from(body).toString()
    const has = (values) => values.every((value) => text.includes(value))
    if (has(${JSON.stringify([...progressOf(poisonedPages), '":pagesProcessed":{"N":"2"}'])})) process.exit(1)
    if (!has(${JSON.stringify(progressOf(slowPages))})) return end.call(this, body, ...rest)
    setTimeout(() => end.call(this, body, ...rest), 400)
    return this
  }
  `
  writeFileSync(path, change + readFileSync(path, "utf8"))
}

/** The folder with the code of a function. The assembly also has those of earlier syntheses. */
function assetOf(source: string, name: string): string {
  const path = join(source, "document-insight-dev-document-processing.template.json")
  const { Resources } = JSON.parse(readFileSync(path, "utf8"))
  const functions = Object.values<{ Type: string; Properties: Properties; Metadata: Record<string, string> }>(Resources)
  const found = functions.find(
    ({ Type, Properties }) => Type === "AWS::Lambda::Function" && Properties.FunctionName.endsWith(name),
  )
  const asset = found?.Metadata["aws:asset:path"]
  if (asset === undefined) throw new Error(`${path} has no function ${name} with an asset`)
  return asset
}

// biome-ignore lint/suspicious/noExplicitAny: the properties of a resource, as the template has them
type Properties = any

/** Changes properties of the one resource of a type whose name ends with `name`, in the stacks' templates. */
function changeResource(source: string, type: string, name: string, change: (properties: Properties) => void): void {
  let changed = 0
  for (const file of readdirSync(source).filter((one) => one.endsWith(".template.json"))) {
    const template = JSON.parse(readFileSync(join(source, file), "utf8"))
    for (const resource of Object.values<{ Type: string; Properties: Properties }>(template.Resources)) {
      const { FunctionName, QueueName } = resource.Properties ?? {}
      if (resource.Type !== type || !(FunctionName ?? QueueName ?? "").endsWith(name)) continue
      change(resource.Properties)
      changed++
    }
    writeFileSync(join(source, file), JSON.stringify(template))
  }
  if (changed !== 1) throw new Error(`${changed} resources of type ${type} are named ${name}`)
}
