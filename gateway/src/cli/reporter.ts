// Prints the gateway's events: sentences for a terminal, or one JSON object per line.
import { styleText } from "node:util"
import { GatewayError } from "../foundation/errors.ts"
import type { GatewayEvent, ServiceEndpoints, SignedInUser, StageUrl } from "../index.ts"
import { shortLine } from "./short-line.ts"

export type Ready = {
  outputs: Record<string, string>
  /** Every stage of every API. */
  stages: readonly StageUrl[]
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** The region that requests to the endpoints are signed for. */
  region: string
  /** By service, as in `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoints: ServiceEndpoints
  /** Tokens of a user of the first user pool. */
  user?: SignedInUser
}

export type Reporter = {
  ready(ready: Ready, siteUrl: string): void
  event(event: GatewayEvent): void
  /** Reports that the command closes what is open, which may take time. */
  stopping?(): void
  /** Reports an error that ends the command. */
  failure(error: unknown): void
}

type Out = { write(text: string): unknown }

/** Prints only JSON lines, on stdout. `docs/contract.md` lists their keys. */
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

export type TerminalOptions = {
  /** `quiet`: the address when it is ready, and problems; `problems`: nothing but problems. */
  verbosity?: "all" | "quiet" | "problems"
}

export function terminalReporter(stdout: Out, stderr: Out, { verbosity = "all" }: TerminalOptions = {}): Reporter {
  const line = (text: string) => stdout.write(`${text}\n`)
  /** Warnings of the start, which are printed below what a person waits for; undefined after that. */
  let startWarnings: string[] | undefined = []

  function printStartWarnings(): void {
    for (const warning of startWarnings ?? []) stderr.write(warning)
    startWarnings = undefined
  }

  return {
    ready({ outputs, stages, credentials, region, endpoints }, siteUrl) {
      if (verbosity === "quiet") line(`Ready: ${siteUrl}`)
      if (verbosity !== "all") {
        startWarnings = undefined
        return
      }
      // Exports between stacks are an internal of the CDK.
      const own = Object.entries(outputs).filter(([name]) => !name.startsWith("ExportsOutput"))
      const known = new Set(own.map(([, value]) => value.replace(/\/$/, "")))
      const others = stages.filter(({ url }) => !known.has(url))
      const shown = [
        ...own,
        ...others.map(({ logicalId, stageName, url }) => [`${logicalId} ${stageName}`, url] as const),
      ]
      const width = Math.max(0, ...shown.map(([name]) => name.length))
      line("")
      for (const [name, value] of shown) {
        line(
          `  ${styleText("dim", name.padEnd(width))}  ${/^(http|ws):/.test(value) ? styleText("cyan", value) : value}`,
        )
      }
      line("")
      const services = servicesText(endpoints)
      const targets = services === "" ? "@connections" : "@connections and services"
      line(styleText("dim", `  Administrator credentials for this run, to sign requests to ${targets}:`))
      line(styleText("dim", `  AWS_ACCESS_KEY_ID=${credentials.accessKeyId}`))
      line(styleText("dim", `  AWS_SECRET_ACCESS_KEY=${credentials.secretAccessKey}`))
      if (services !== "") {
        line(styleText("dim", `  AWS_DEFAULT_REGION=${region}`))
        line(styleText("dim", `  aws --endpoint-url: ${services}`))
      }
      line("")
      printStartWarnings()
      line(
        `  Ready: open ${styleText("cyan", siteUrl)}; ${styleText("cyan", `${siteUrl}/_console`)} shows what happens.`,
      )
      line("  Press Ctrl-C to stop.")
      line("")
    },
    event(event) {
      if (event.event === "reloaded") line(reloadedText(event))
      else if (event.event === "fault") stderr.write(faultText(event))
      else if (event.event === "clock") line(clockText(event))
      else if (event.event === "denied") stderr.write(deniedText(event))
      else if (event.event === "problem" && event.code === "WARNING") {
        if (startWarnings) startWarnings.push(warningText(event))
        else stderr.write(warningText(event))
      } else if (event.event === "problem") stderr.write(problemText(event))
      else if (verbosity === "all") {
        const short = shortLine(event)
        if (short !== undefined) line(short)
      }
    },
    stopping() {
      if (verbosity !== "quiet") line("\nStopping. Press Ctrl-C again to end at once.")
    },
    failure(error) {
      printStartWarnings()
      stderr.write(problemText(problemOf(error)))
    },
  }
}

/** One part per address: services in one process have the same. */
function servicesText(endpoints: ServiceEndpoints): string {
  const servicesByUrl = new Map<string, string[]>()
  for (const [service, url] of Object.entries(endpoints).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    if (url !== undefined) servicesByUrl.set(url, [...(servicesByUrl.get(url) ?? []), service])
  }
  return [...servicesByUrl].map(([url, services]) => `${url} (${services.join(", ")})`).join(", ")
}

function deniedText({ action, resource, role, explanation, cure: fix }: GatewayEvent & { event: "denied" }): string {
  const lines = [`by role ${role}: ${explanation}`, `${styleText("green", "Fix:")} ${fix}`]
  return `${[`${styleText("red", "Denied")}  ${action} on ${resource}`, ...lines].join("\n        ")}\n`
}

function faultText({
  effect,
  message,
  connectionId,
  routeKey,
  functionName,
}: GatewayEvent & { event: "fault" }): string {
  const target = functionName ?? routeKey ?? connectionId
  return `${styleText("yellow", "Fault")}   ${effect}${target === undefined ? "" : ` (${target})`}: ${message}\n`
}

function clockText({ ms, movedMs }: GatewayEvent & { event: "clock" }): string {
  return styleText("yellow", `The clock moved forward by ${ms / 1000} s, and by ${movedMs / 1000} s in all.`)
}

function reloadedText({ what, durationMs, recovered }: GatewayEvent & { event: "reloaded" }): string {
  const served = `Reloaded ${what} in ${durationMs} ms.`
  return recovered ? `${styleText("green", "The build succeeds again.")} ${served}` : styleText("green", served)
}

function problemText({ message, hint }: { message: string; hint: string }): string {
  return `${styleText("red", message)}\n${hint === "" ? "" : `  Hint: ${hint}\n`}`
}

function warningText({ message, hint }: { message: string; hint: string }): string {
  const isSentence = message.endsWith(".")
  const next = isSentence ? hint.charAt(0).toUpperCase() + hint.slice(1) : hint
  return styleText("dim", `${message}${hint === "" ? "" : `${isSentence ? " " : ": "}${next}`}\n`)
}

/** A `GatewayError` as it is. Any other error is a defect of the gateway, which is reported with its stack. */
export function problemOf(error: unknown): { code: string; message: string; hint: string } {
  if (error instanceof GatewayError) return error
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { code: "BUG", message: text, hint: "This is a defect of the gateway. Report it with the lines above." }
}
