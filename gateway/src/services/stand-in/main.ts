// The process of a stand-in: starts it, answers the health checks of the gateway, and ends with the gateway.
import { rmSync } from "node:fs"
import nodeModule from "node:module"
import { dirname } from "node:path"
import process from "node:process"
import { GatewayError } from "../../foundation/errors.ts"
import { unusableFolder } from "../data-folder-error.ts"
import { dynamoDbPackages, loadOptional } from "../optional-packages.ts"
import { deferPackages } from "../s3-sqs/defer-packages.ts"
import { replaceMissingSqlite } from "../s3-sqs/missing-sqlite.ts"
import type { FromStandIn, StandInSettings, ToStandIn } from "./messages.ts"

const FAILED_STATUS = 1

const [, , argument = "{}"] = process.argv
const settings = JSON.parse(argument) as StandInSettings
let close: (() => Promise<void>) | undefined

// Also when the gateway was killed: the kernel closes its end of the channel.
process.once("disconnect", () => {
  // The gateway would have removed the folder of the socket.
  if (process.platform !== "win32") rmSync(dirname(settings.socketPath), { recursive: true, force: true })
  process.exit(FAILED_STATUS)
})
// Ctrl-C on a terminal and `timeout` reach every process of a group; the gateway ends this one when nothing needs it any
// more.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {})
process.once("uncaughtException", (error) => end({ type: "crashed", message: error.stack ?? error.message }))

process.on("message", (message: ToStandIn) => {
  if (message.type === "ping") send({ type: "pong" })
  else void closeAndExit()
})

try {
  close = await start()
  send({ type: "ready" })
  // Now, because a stand-in without a folder is killed.
  nodeModule.flushCompileCache?.()
} catch (thrown) {
  const error = settings.folder === undefined ? thrown : unusableFolder(settings.folder, thrown)
  const { message } = error as Error
  if (error instanceof GatewayError) end({ type: "failed", message, code: error.code, hint: error.hint })
  else end({ type: "failed", message: (error as Error).stack ?? message })
}

async function start(): Promise<() => Promise<void>> {
  if (settings.name === "dynamodb") {
    const { startDynamoDb } = await loadOptional(() => import("../dynamodb/stand-in.ts"), dynamoDbPackages)
    return startDynamoDb(settings)
  }
  const need = { what: "S3 buckets and SQS queues", packages: ["fauxqs@2"] }
  replaceMissingSqlite()
  deferPackages()
  const { startS3AndSqs } = await loadOptional(() => import("../s3-sqs/stand-in.ts"), need)
  return startS3AndSqs(settings)
}

async function closeAndExit(): Promise<void> {
  await close?.()
  process.exit()
}

/** An error means that the gateway has ended: "disconnect" follows. */
function send(message: FromStandIn): void {
  process.send?.(message, undefined, undefined, () => {})
}

/** The message is sent before the process exits. */
function end(message: FromStandIn): void {
  process.exitCode = FAILED_STATUS
  if (process.send) process.send(message, undefined, undefined, () => process.exit(FAILED_STATUS))
  else process.exit(FAILED_STATUS)
}
