// Runs a stand-in in its process: starts it, answers the health checks of the gateway, and ends with the gateway.
import { rmSync } from "node:fs"
import nodeModule from "node:module"
import { dirname } from "node:path"
import process from "node:process"
import { GatewayError } from "../../foundation/errors.ts"
import { unusableFolder } from "../data-folder-error.ts"
import type { FromStandIn, StandInSettings, ToStandIn } from "./messages.ts"

const FAILED_STATUS = 1

/** @param start returns a function that closes the stand-in */
export async function runStandIn(start: (settings: StandInSettings) => Promise<() => Promise<void>>): Promise<void> {
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

  process.on("message", async (message: ToStandIn) => {
    if (message.type === "ping") return send({ type: "pong" })
    await close?.()
    process.exit()
  })

  try {
    close = await start(settings)
    send({ type: "ready" })
    // Now, because a stand-in without a folder is killed.
    nodeModule.flushCompileCache?.()
  } catch (thrown) {
    const error = settings.folder === undefined ? thrown : unusableFolder(settings.folder, thrown)
    const { message } = error as Error
    if (error instanceof GatewayError) end({ type: "failed", message, code: error.code, hint: error.hint })
    else end({ type: "failed", message: (error as Error).stack ?? message })
  }
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
