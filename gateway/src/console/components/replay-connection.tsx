// Replays a recorded connection: connects as its client did, and sends its frames in their order.
import { useState } from "preact/hooks"
import { getJson } from "../state/api.ts"
import { hashOf } from "../state/hash.ts"
import { loadDetails } from "../state/load-details.ts"
import { recordingOf } from "../state/recording.ts"
import { eventOf } from "../state/row.ts"
import type { Store } from "../state/store.ts"
import type { Composer } from "./composer-state.ts"

export function ReplayConnection({
  store,
  composer,
  connectionId,
}: {
  store: Store
  composer: Composer
  connectionId: string
}) {
  const [problem, setProblem] = useState("")

  async function replay(isSpaced: boolean): Promise<void> {
    try {
      await loadDetails(
        store.rows().filter((row) => eventOf(row)?.connectionId === connectionId),
        getJson,
      )
    } catch (error) {
      setProblem(`This connection cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    const recording = recordingOf(store.rows(), connectionId, store.state.served.stages)
    if (typeof recording === "string") {
      setProblem(`This connection cannot be replayed. ${recording}`)
      return
    }
    location.hash = hashOf("composer")
    void composer.replayConnection(recording, isSpaced)
  }

  return (
    <div class="actions">
      <button
        type="button"
        title="Connects again and sends its frames with the time between them"
        onClick={() => replay(true)}
      >
        Replay with its timing
      </button>
      <button type="button" title="Connects again and sends its frames without a pause" onClick={() => replay(false)}>
        Replay at once
      </button>
      {problem !== "" && <p class="failure">{problem}</p>}
    </div>
  )
}
