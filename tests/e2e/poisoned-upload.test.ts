// A document that kills the function that reads it, among others that do not: on the real assembly, with the memory of
// the processor and the patience of its queue made small.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { createDocumentsClient, ProgressClient } from "@document-insight/client"
import { type GatewayEvent, startGateway } from "@document-insight/gateway"
import { synthesize } from "@document-insight/infrastructure"
import { contentTypeOf, isFinal, type Progress } from "@document-insight/protocol"
import { expect, onTestFinished, test } from "vitest"
import { makeDocx } from "../../functions/test/make-documents.ts"

const samples = join(import.meta.dirname, "..", "..", "samples")
const queueName = "document-insight-dev-uploads-dead-letter"

test("a poisoned upload ends in the dead-letter queue, and every other document is read once", async () => {
  // As in the stack, the queue is more patient than the function: at its third coming the lease of the first has ended.
  const system = await startSystem({ memoryMb: 128, timeoutSeconds: 10, visibilitySeconds: 8 })
  // Small to upload; as a tree of paragraphs many times what an environment of 128 MB can hold.
  const poison = makeDocx(Array.from({ length: 800_000 }, () => "on and on"))
  const sent = [
    system.send("progress-in-three-pages.pdf"),
    system.send("poison.docx", poison),
    ...["meeting-notes.docx", "release-letter.txt", "field-report.html"].map((name) => system.send(name)),
  ]
  const [first, poisoned, ...others] = await Promise.all(sent)
  for (const document of [first, ...others]) expect((await document!.end).status).toBe("processing_complete")
  expect(await poisoned!.end).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: false })

  const dead = await system.receiveDead()
  expect(JSON.parse(dead.Body ?? "").Records[0].s3.object.key).toBe(`uploads/${poisoned!.documentId}`)
  expect(system.ends("Runtime.OutOfMemory")).toBe(1)
  const finished = system.finished()
  expect(finished.toSorted()).toEqual([first, poisoned, ...others].map((document) => document!.documentId).toSorted())
})

/** @param settings `visibilitySeconds`: how long a message that was handed out stays hidden. */
async function startSystem(settings: { memoryMb: number; timeoutSeconds: number; visibilitySeconds: number }) {
  const { memoryMb, timeoutSeconds, visibilitySeconds } = settings
  const source = mkdtempSync(join(tmpdir(), "poisoned-upload-"))
  await synthesize({ outdir: source })
  changeResource(source, "AWS::Lambda::Function", "document-processor", {
    MemorySize: memoryMb,
    Timeout: timeoutSeconds,
  })
  changeResource(source, "AWS::SQS::Queue", "uploads", { VisibilityTimeout: visibilitySeconds })
  const events: GatewayEvent[] = []
  const gateway = await startGateway({ source, onEvent: (event) => events.push(event) })
  const { WebSocketApiUrl = "", ApiEndpoint = "" } = gateway.outputs()
  const progress = new ProgressClient({ url: WebSocketApiUrl })
  progress.open()
  const documents = createDocumentsClient({ apiEndpoint: ApiEndpoint })
  const sqs = new SQSClient({ region: "us-east-1", endpoint: gateway.endpoints.sqs!, credentials: gateway.credentials })
  onTestFinished(async () => {
    progress.close()
    sqs.destroy()
    await gateway.close()
    rmSync(source, { recursive: true })
  })

  const output = () => events.flatMap((event) => (event.event === "log" ? [event.message] : []))
  return {
    async send(fileName: string, body: Uint8Array = readFileSync(join(samples, fileName))) {
      const contentType = contentTypeOf(fileName) ?? ""
      const target = await documents.create({ fileName, contentType, sizeBytes: body.length })
      const end = new Promise<Progress>((resolve) => {
        progress.watch(target.documentId, (now) => isFinal(now) && resolve(now))
      })
      await documents.upload(target, new Uint8Array(body))
      return { documentId: target.documentId, end }
    },
    /** The message, once the queue has given it up. */
    async receiveDead() {
      const QueueUrl = `${gateway.endpoints.sqs}/000000000000/${queueName}`
      for (;;) {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
        if (Messages[0]) return Messages[0]
      }
    },
    /** How many invocations ended so, in the function's own log. */
    ends: (errorType: string) => output().filter((line) => line.includes("report") && line.includes(errorType)).length,
    /** The documents that the processor has brought to an end, as often as it did. */
    finished: () =>
      output().flatMap((line) => {
        const { message, documentId } = line.startsWith("{") ? JSON.parse(line) : {}
        return message === "document finished" ? [documentId as string] : []
      }),
  }
}

/** Changes properties of the one resource of a type whose name ends with `name`, in the stacks' templates. */
function changeResource(source: string, type: string, name: string, properties: Record<string, unknown>): void {
  let changed = 0
  for (const file of readdirSync(source).filter((one) => one.endsWith(".template.json"))) {
    const template = JSON.parse(readFileSync(join(source, file), "utf8"))
    for (const resource of Object.values<{ Type: string; Properties: Record<string, string> }>(template.Resources)) {
      const { FunctionName, QueueName } = resource.Properties ?? {}
      if (resource.Type !== type || !(FunctionName ?? QueueName ?? "").endsWith(name)) continue
      Object.assign(resource.Properties, properties)
      changed++
    }
    writeFileSync(join(source, file), JSON.stringify(template))
  }
  if (changed !== 1) throw new Error(`${changed} resources of type ${type} are named ${name}`)
}
