// Replays an invocation: the same event to the same function, without the connection and its route.
import { useState } from "preact/hooks"
import { postJson } from "../state/api.ts"
import type { EventEntry } from "../state/entry.ts"
import { hashOf } from "../state/hash.ts"
import type { Store } from "../state/store.ts"

type Result = { outcome: string; requestId: string; payload?: string; errorMessage?: string }

const MAX_SHOWN = 400

export function ReplayInvocation({ event, store }: { event: EventEntry; store: Store }) {
  const [state, setState] = useState<{ isRunning?: boolean; result?: Result; problem?: string }>({})
  const functionName = /:function:([^:/]+)/.exec(event.integration ?? "")?.[1]
  if (event.functionRequestId === undefined || event.event === undefined || functionName === undefined) return null

  function replay(): void {
    setState({ isRunning: true })
    postJson<Result>("/invocations", { functionName, event: event.event }).then(
      (result) => setState({ result }),
      (error: Error) => setState({ problem: error.message }),
    )
  }

  const { result, problem, isRunning = false } = state
  return (
    <>
      <button type="button" title="Sends the same event to the function again" disabled={isRunning} onClick={replay}>
        Replay invocation
      </button>
      {problem !== undefined && <p class="failure">{problem}</p>}
      {result && (
        <p class="replay-result" role="status">
          {store.find(result.requestId) ? (
            <a href={hashOf("timeline", result.requestId)}>{result.outcome}</a>
          ) : (
            <b>{result.outcome}</b>
          )}{" "}
          <code>{(result.errorMessage ?? result.payload ?? "").slice(0, MAX_SHOWN)}</code>
        </p>
      )}
    </>
  )
}
