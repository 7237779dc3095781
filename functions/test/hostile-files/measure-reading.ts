// Reads one file in this process and prints its outcome, time and peak memory as JSON: `measure-reading.ts FILE TYPE`.
import { existsSync, readFileSync } from "node:fs"
import { DocumentError } from "../../src/document-processor/document-error.ts"
import { processDocument } from "../../src/document-processor/process-document.ts"
import type { Outcome } from "./hostile-file.ts"

export type Measurement = {
  outcome: Outcome | "FAILED"
  detail: string
  seconds: number
  cpuSeconds: number
  peakMb: number
}

/** The default timeout of the deployed function, less what it reserves for recording the end. */
const invocationMs = 295_000

const [, , file = "", contentType = ""] = process.argv
const bytes = readFileSync(file)
const startedAt = performance.now()
const cpuBefore = process.cpuUsage()
const { outcome, detail } = await read()
const { user, system } = process.cpuUsage(cpuBefore)
const measurement: Measurement = {
  outcome,
  detail,
  seconds: (performance.now() - startedAt) / 1_000,
  cpuSeconds: (user + system) / 1_000_000,
  peakMb: Math.round(peakKilobytes() / 1_024),
}
process.stdout.write(`${JSON.stringify(measurement)}\n`)

/** On Linux `maxRSS` starts with the memory of the process that started this one. */
function peakKilobytes(): number {
  const status = "/proc/self/status"
  const [, peak] = (existsSync(status) && /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, "utf8"))) || []
  return peak ? Number(peak) : process.resourceUsage().maxRSS
}

async function read(): Promise<Pick<Measurement, "outcome" | "detail">> {
  const isOutOfTime = () => performance.now() - startedAt > invocationMs
  try {
    const reading = processDocument({ bytes, contentType, isOutOfTime })
    let step = await reading.next()
    while (!step.done) step = await reading.next()
    if (step.value === "out-of-time") return { outcome: "TIMED_OUT", detail: "the invocation has no time left" }
    return { outcome: "complete", detail: `${step.value.pages} pages, ${step.value.words} words` }
  } catch (error) {
    if (error instanceof DocumentError) return { outcome: error.errorCode, detail: String(error.cause ?? "") }
    return { outcome: "FAILED", detail: String((error as Error).stack) }
  }
}
