// The system without the grant that lets the document processor push: the missing line is reported.
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Gateway, type GatewayEvent, startGateway } from "@document-insight/gateway"
import { expect, onTestFinished, test } from "vitest"
import { copyAssembly } from "../testing/copy-assembly.ts"
import { openSocket } from "../testing/open-socket.ts"

type Denied = GatewayEvent & { event: "denied" }
type CreatedDocument = { documentId: string; uploadUrl: string; headers: Record<string, string> }
type Statement = { Action: unknown }
type Template = {
  Resources: Record<string, { Type: string; Properties: { PolicyDocument: { Statement: Statement[] } } }>
}

const isGrant = ({ Action }: Statement) => Action === "execute-api:ManageConnections"

/** Copies the app. @returns `withGrant`, which writes the processor's template with or without its grants */
async function copyApp() {
  const outdir = await copyAssembly()
  onTestFinished(() => rmSync(outdir, { recursive: true }))
  const path = join(outdir, "document-insight-dev-document-processing.template.json")
  const whole = readFileSync(path, "utf8")
  const template: Template = JSON.parse(whole)
  let grants = 0
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== "AWS::IAM::Policy") continue
    const { Statement } = Properties.PolicyDocument
    grants += Statement.filter(isGrant).length
    Properties.PolicyDocument.Statement = Statement.filter((statement) => !isGrant(statement))
  }
  // The processor's, the watchdog's and the notifier's.
  expect(grants).toBe(3)
  const withGrant = (isThere: boolean) => writeFileSync(path, isThere ? whole : JSON.stringify(template))
  return { outdir, withGrant }
}

/** Uploads a short text and watches it from the beginning. @returns the messages about it */
async function uploadNote(gateway: Gateway) {
  const { ApiEndpoint, WebSocketApiUrl = "" } = gateway.outputs()
  const body = "A missing grant fails in production. Here it fails on a laptop.\n".repeat(20)
  const created = await fetch(`${ApiEndpoint}/documents`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ fileName: "note.txt", contentType: "text/plain", sizeBytes: Buffer.byteLength(body) }),
  })
  const { documentId, uploadUrl, headers } = (await created.json()) as CreatedDocument
  const socket = await openSocket(WebSocketApiUrl)
  socket.send({ action: "progress", documentId })
  expect(await socket.nextJson()).toMatchObject({ status: "waiting" })
  expect(await fetch(uploadUrl, { method: "PUT", headers, body })).toMatchObject({ status: 200 })
  return socket
}

test("reports the missing line of the stack when the processor may not push, and pushes progress with that line", async () => {
  const { outdir, withGrant } = await copyApp()
  withGrant(false)
  const denied = Promise.withResolvers<Denied>()
  const logged = Promise.withResolvers<string>()
  const gateway = await startGateway({
    source: outdir,
    onEvent(event) {
      if (event.event === "denied") denied.resolve(event)
      if (event.event === "log" && event.message.includes("watcher not notified")) logged.resolve(event.message)
    },
  })
  onTestFinished(() => gateway.close())
  await uploadNote(gateway)

  const { action, role, cure } = await denied.promise
  expect(action).toBe("execute-api:ManageConnections")
  expect(role).toMatch(/^DocumentProcessorRole/)
  const [line = ""] = cure.split(" //")
  expect(line).toBe("webSocketApi.grantManageConnections(documentProcessor)")
  const stack = join(import.meta.dirname, "../../infrastructure/src/document-processing-stack.ts")
  // The stack grants all of its functions in one loop.
  const inLoop = line.replace("documentProcessor", "pushing")
  expect(readFileSync(stack, "utf8").replaceAll(/props\.|this\./g, "")).toContain(inLoop)
  expect(await logged.promise).toMatch(
    /User: arn:aws:sts::\d{12}:assumed-role\/\S+ is not authorized to perform: execute-api:ManageConnections on resource: \S+\/dev\/POST\/@connections\/\{connectionId\}/,
  )

  withGrant(true)
  await gateway.reload()
  const socket = await uploadNote(gateway)
  for (let status = ""; status !== "processing_complete"; ) {
    status = (await socket.nextJson<{ status: string }>()).status
    expect(status).not.toBe("error")
  }
})
