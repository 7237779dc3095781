// Writes the report of a contract run as Markdown: the rows that differ, and the latencies.
import { type Latencies, percentile } from "./measure-latency.ts"
import type { CaseResult } from "./run-contract.ts"

export type RunFacts = {
  /** `AWS, account 111122223333, region us-east-1`, or the local gateway. */
  target: string
  startedAt: Date
  commit: string
  results: readonly CaseResult[]
  latencies: Latencies
}

export function contractReport({ target, startedAt, commit, results, latencies }: RunFacts): string {
  const count = (status: CaseResult["status"]) => results.filter((result) => result.status === status).length
  const differing = results.filter(({ status }) => status === "failed")
  return `# Contract run, ${dateOf(startedAt)}

Target: ${target}. Started at ${startedAt.toISOString()}, at commit ${commit}.

${count("passed")} cases agree, ${differing.length} differ, ${count("skipped")} were not run.

## Rows that differ

${differing.length === 0 ? "None." : differing.map(describeDifference).join("\n\n")}

## Latency

| what | samples | p50 | p95 | longest |
| --- | --- | --- | --- | --- |
${latencyRow("handshake, from the first byte to the open event", latencies.handshakeMs)}
${latencyRow("push, from PostToConnection to the message event", latencies.pushMs)}

Both are measured from the machine that ran the cases, one after the other.
`
}

/** The date in a report's file name and title. */
export function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function describeDifference({ row, behaviour, difference }: CaseResult): string {
  // Four spaces make a code block, whatever the message contains.
  const message = difference.replaceAll(/^/gm, "    ")
  return `### ${row || "(no row)"}\n\n${behaviour}\n\n${message}`
}

function latencyRow(what: string, samples: readonly number[]): string {
  const milliseconds = [0.5, 0.95, 1].map((fraction) => `${percentile(samples, fraction).toFixed(1)} ms`)
  return `| ${what} | ${samples.length} | ${milliseconds.join(" | ")} |`
}
