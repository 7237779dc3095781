// Tests of faults on the real assembly: a document that kills its processor, a dead letter, a deletion during the upload, and
// a document that takes several invocations. The waiting times of the queues are shortened; functions/src/document-endings.test.ts tests the deployed ones.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3"
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { createDocumentsClient, ProgressClient } from "@document-insight/client"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { contentTypeOf, isFinal, type Progress } from "@document-insight/protocol"
import { type TestContext, test } from "vitest"
import { compressed, pages } from "../../functions/test/hostile-files/write-pdf.ts"
import { makePdf } from "../../functions/test/make-documents.ts"
import { copyAssembly, copyAsset } from "../testing/copy-assembly.ts"

const samples = join(import.meta.dirname, "..", "..", "samples")
const poisonedPages = 7

// Each test has a system of its own and waits most of its time, so they run at the same time.
test.concurrent("a document that kills its processor ends after its attempts, and every other document is read once", async ({
  expect,
  onTestFinished,
}) => {
  const system = await startSystem({ maxAttempts: 2, maxReceiveCount: 10 }, onTestFinished)
  const sent = [
    system.send("progress-in-three-pages.pdf"),
    system.send("poison.pdf", await poison()),
    ...["meeting-notes.docx", "release-letter.txt", "field-report.html"].map((name) => system.send(name)),
  ]
  const [first, poisoned, ...others] = await Promise.all(sent)
  for (const document of [first, ...others]) expect((await document!.end).status).toBe("processing_complete")
  expect(await poisoned!.end).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: false })

  expect(system.reported("Runtime.ExitError")).toBe(2)
  expect(await system.deadLetters()).toBe(0)
  const ids = [first, poisoned, ...others].map((document) => document!.documentId)
  expect(system.documentsLogged("document finished").toSorted()).toEqual(ids.toSorted())
})

test.concurrent("a dead letter ends its document and leaves the queue", async ({ expect, onTestFinished }) => {
  const system = await startSystem({ maxAttempts: 3, maxReceiveCount: 1 }, onTestFinished)
  const { documentId, end } = await system.send("poison.pdf", await poison())
  expect(await end).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: false })
  expect(system.reported("Runtime.ExitError")).toBe(1)
  expect(system.documentsLogged("document ended by the watchdog")).toEqual([documentId])
})

test.concurrent("a document that is deleted during its upload ends for its watcher, and leaves no object behind", async ({
  expect,
  onTestFinished,
}) => {
  const system = await startSystem({ maxAttempts: 3, maxReceiveCount: 10 }, onTestFinished)
  const body = readFileSync(join(samples, "release-letter.txt"))
  const { target, end } = await system.create("release-letter.txt", body)
  await system.documents.remove(target.documentId)
  expect(await end).toMatchObject({ status: "error", errorCode: "DOCUMENT_NOT_FOUND", recoverable: false })
  await system.documents.upload(target, new Uint8Array(body))
  await system.logged("document was deleted before it was processed")
  await expect.poll(() => system.objects()).toEqual([])
})

test.concurrent("a document that takes several invocations is read with the permissions of its role, and shows no error", async ({
  expect,
  onTestFinished,
}) => {
  // Five of the seconds are reserved for the end of an invocation.
  const values = { maxAttempts: 10, maxReceiveCount: 100, maxContinuations: 100, timeoutSeconds: 7 }
  const system = await startSystem(values, onTestFinished)
  const page = compressed("0 0 m 9 9 l S ", 2_000_000, "BT /F 9 Tf 20 20 Td (Hello.) Tj ET ")
  const { documentId, seen, end } = await system.send("slow.pdf", pages(60, [page]))
  expect(await end).toMatchObject({ status: "processing_complete", totalPages: 60 })
  expect(system.documentsLogged("document is continued by the next invocation").length).toBeGreaterThan(1)
  // On a busy machine an attempt may end before its first page.
  const errors = seen.filter(({ status }) => status === "error")
  expect(errors.length).toBeLessThanOrEqual(system.attemptsWithoutPage())
  const reached = seen.map(({ pagesProcessed }) => pagesProcessed)
  expect(reached).toEqual(reached.toSorted((one, other) => one - other))
  expect(system.denied()).toEqual([])
  expect((await system.documents.page(documentId, 60)).text).toBe("Hello.")
})

/** Seven pages: the processor is changed to end its process at the second page of such a document. */
function poison(): Promise<Uint8Array> {
  return makePdf(Array.from({ length: poisonedPages }, (_, index) => `Page ${index + 1}.`))
}

type Values = { maxAttempts: number; maxReceiveCount: number; maxContinuations?: number; timeoutSeconds?: number }

async function startSystem(values: Values, onTestFinished: TestContext["onTestFinished"]) {
  const { maxAttempts, maxReceiveCount, maxContinuations = 11, timeoutSeconds = 300 } = values
  const source = await copyAssembly()
  changeResource(source, "AWS::Lambda::Function", "document-processor", (properties) => {
    properties.Timeout = timeoutSeconds
    Object.assign(properties.Environment.Variables, {
      MAX_ATTEMPTS: `${maxAttempts}`,
      MAX_CONTINUATIONS: `${maxContinuations}`,
      MAX_RECEIVE_COUNT: `${maxReceiveCount}`,
      CLAIM_SECONDS: "6",
    })
  })
  changeResource(source, "AWS::SQS::Queue", "uploads", ({ RedrivePolicy }) => {
    RedrivePolicy.maxReceiveCount = maxReceiveCount
  })
  killAtSecondPage(source)
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
  onTestFinished(async () => {
    progress.close()
    sqs.destroy()
    s3.destroy()
    await gateway.close()
    rmSync(source, { recursive: true })
  })

  const output = () => events.flatMap((event) => (event.event === "log" ? [event.message] : []))

  async function create(fileName: string, body: Uint8Array) {
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
    async objects() {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand())
      const uploads = Buckets.find(({ Name = "" }) => Name.includes("-uploads-"))
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: uploads!.Name, Prefix: "uploads/" }))
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

/** Ends the process when it sends the second page of such a document to the table. */
function killAtSecondPage(source: string): void {
  const asset = assetOf(source, "document-processor")
  copyAsset(source, asset)
  const path = join(source, asset, "index.mjs")
  const values = ['":status":{"S":"progress"}', `":totalPages":{"N":"${poisonedPages}"}`, '":pagesProcessed":{"N":"2"}']
  const kill = `import { OutgoingMessage } from "node:http"
  const end = OutgoingMessage.prototype.end
  OutgoingMessage.prototype.end = function (body, ...rest) {
    const text = body === undefined ? "" : Buffer.from(body).toString()
    if (${JSON.stringify(values)}.every((value) => text.includes(value))) process.exit(1)
    return end.call(this, body, ...rest)
  }
  `
  writeFileSync(path, kill + readFileSync(path, "utf8"))
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
