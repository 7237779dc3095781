// What can be done with an event: filter by its connection, replay its message, copy it as a command or a test.
import { copyForms } from "../state/copy-as.ts"
import type { EventEntry } from "../state/entry.ts"
import { hashOf } from "../state/hash.ts"
import type { Store } from "../state/store.ts"
import type { Composer } from "./composer-state.ts"
import { CopyActions } from "./copy-actions.tsx"
import { ReplayInvocation } from "./replay-invocation.tsx"

export function EventActions({ event, store, composer }: { event: EventEntry; store: Store; composer: Composer }) {
  const forms = copyForms(event, store.state.served.stages)
  const { connectionId, frame } = event
  const stage = store.state.served.stages.find(
    ({ apiId, stageName }) => apiId === event.apiId && stageName === event.stage,
  )

  async function replay(): Promise<void> {
    if (!stage || frame === undefined) return
    location.hash = hashOf("composer")
    await composer.replay(stage.url, frame)
  }

  return (
    <>
      <div class="actions">
        {connectionId !== undefined && (
          <button type="button" onClick={() => store.setFilter({ connection: connectionId })}>
            Only this connection
          </button>
        )}
        {event.eventType === "MESSAGE" && (
          <button type="button" onClick={replay}>
            Replay
          </button>
        )}
        <ReplayInvocation key={event.requestId} event={event} store={store} />
      </div>
      <CopyActions key={event.requestId} forms={forms} />
    </>
  )
}
