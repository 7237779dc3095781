// How the gateway speaks to whoever started it: sentences on a terminal, or one JSON object per line.
import { styleText } from "node:util"
import { GatewayError, type GatewayEvent } from "../index.ts"
import { shortLine } from "./short-line.ts"

export type Ready = {
  outputs: Record<string, string>
  credentials: { accessKeyId: string; secretAccessKey: string }
}

export type Reporter = {
  ready(ready: Ready, siteUrl: string): void
  event(event: GatewayEvent): void
  /** Something that ends the command. */
  failure(error: unknown): void
}

type Out = { write(text: string): unknown }

/** Nothing but JSON lines on stdout: `contract.md` names their keys. */
export function jsonReporter(stdout: Out): Reporter {
  const print = (value: unknown) => stdout.write(`${JSON.stringify(value)}\n`)
  return {
    ready: (ready) => print({ event: "ready", ...ready }),
    event: print,
    failure(error) {
      const { code, message, hint } = problemOf(error)
      print({ event: "problem", code, message, hint })
    },
  }
}

export function terminalReporter(stdout: Out, stderr: Out, options: { quiet?: boolean } = {}): Reporter {
  const line = (text: string) => stdout.write(`${text}\n`)
  return {
    ready({ outputs, credentials }, siteUrl) {
      if (options.quiet) return
      // CDK's own exports between stacks are of no use to a person.
      const shown = Object.entries(outputs).filter(([name]) => !name.startsWith("ExportsOutput"))
      const width = Math.max(0, ...shown.map(([name]) => name.length))
      line("")
      for (const [name, value] of shown) {
        line(
          `  ${styleText("dim", name.padEnd(width))}  ${/^(http|ws):/.test(value) ? styleText("cyan", value) : value}`,
        )
      }
      line("")
      line(styleText("dim", "  An administrator's keys for this run, to sign calls to @connections:"))
      line(styleText("dim", `  AWS_ACCESS_KEY_ID=${credentials.accessKeyId}`))
      line(styleText("dim", `  AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`))
      line("")
      line(
        `  Ready: open ${styleText("cyan", siteUrl)}; ${styleText("cyan", `${siteUrl}/_console`)} shows what happens.`,
      )
      line("  Ctrl-C ends it.")
      line("")
    },
    event(event) {
      if (event.event === "reloaded") line(reloadedText(event))
      else if (event.event === "denied") stderr.write(deniedText(event))
      else if (event.event === "problem")
        stderr.write(event.code === "WARNING" ? warningText(event) : problemText(event))
      else if (!options.quiet) {
        const short = shortLine(event)
        if (short !== undefined) line(short)
      }
    },
    failure(error) {
      stderr.write(problemText(problemOf(error)))
    },
  }
}

function deniedText({ action, resource, role, explanation, cure }: GatewayEvent & { event: "denied" }): string {
  return `${styleText("red", "Denied")}  ${action} on ${resource}\n        by role ${role}: ${explanation}\n        ${styleText("green", "Cure:")} ${cure}\n`
}

function reloadedText({ what, durationMs, recovered }: GatewayEvent & { event: "reloaded" }): string {
  const served = `Serving ${what}, ${durationMs} ms after the change.`
  return recovered ? `${styleText("green", "It builds again.")} ${served}` : styleText("green", served)
}

function problemText({ message, hint }: { message: string; hint: string }): string {
  return `${styleText("red", message)}\n${hint === "" ? "" : `  Hint: ${hint}\n`}`
}

function warningText({ message, hint }: { message: string; hint: string }): string {
  return styleText("dim", `${message}${hint === "" ? "" : `: ${hint}`}\n`)
}

/** A person's mistake as its sentence; anything else is a bug, and a bug needs its stack. */
export function problemOf(error: unknown): { code: string; message: string; hint: string } {
  if (error instanceof GatewayError) return error
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: "BUG", message: text, hint: "This is a defect of the gateway: please report it with the lines above." }
}
