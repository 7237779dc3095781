// The log of an invocation, with the time of each line since its start.
import type { OutputEntry } from "../state/entry.ts"
import { readableLine } from "../state/format.ts"

const failure = /\bERROR\b|"level":"ERROR"|Task timed out|Status: (error|timeout)/

export function LogOutput({ output }: { output: readonly OutputEntry[] }) {
  const [first] = output
  if (!first) return null
  return (
    <details open>
      <summary>Function log</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it. */}
      <pre class="output" tabIndex={0}>
        {output.map((line) => (
          <span key={line.id} data-stream={failure.test(line.text) ? "error" : line.stream}>
            {`+${String(line.time - first.time).padEnd(5)} ${readableLine(line.text.trimEnd())}\n`}
          </span>
        ))}
      </pre>
    </details>
  )
}
