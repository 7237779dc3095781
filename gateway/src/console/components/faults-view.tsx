// Sets and removes faults, and moves the gateway's clock forward.
import { useState } from "preact/hooks"
import { postJson } from "../state/api.ts"
import { duration } from "../state/format.ts"
import { dateTime } from "../state/row.ts"
import type { Store } from "../state/store.ts"
import { FaultForm } from "./fault-form.tsx"
import type { ActiveFault, Faults } from "./use-faults.ts"

const MINUTE = 60_000

const steps: readonly (readonly [string, number])[] = [
  ["1 minute", MINUTE],
  ["10 minutes", 10 * MINUTE],
  ["2 hours", 120 * MINUTE],
]

export function FaultsView({ store, faults }: { store: Store; faults: Faults }) {
  const { state, reload } = faults
  return (
    <>
      <section class="compose" aria-label="New fault">
        <FaultForm store={store} onAdded={reload} />
      </section>
      <section class="detail" aria-label="Faults and time">
        <ActiveFaults faults={faults} />
        <ClockPanel now={state.now} movedMs={state.movedMs} onMoved={reload} />
      </section>
    </>
  )
}

function ActiveFaults({ faults: { state, reload } }: { faults: Faults }) {
  const { faults, now } = state
  const remove = (fault?: ActiveFault) => {
    // One that is used up meanwhile is gone as well.
    postJson("/faults/remove", fault ? { faultId: fault.faultId } : {}).then(reload, reload)
  }
  return (
    <>
      <header class="detail-head">
        <h2>
          {faults.length === 0
            ? "No fault is set"
            : faults.length === 1
              ? "1 fault is set"
              : `${faults.length} faults are set`}
        </h2>
        {faults.length > 1 && (
          <button type="button" onClick={() => remove()}>
            Remove all
          </button>
        )}
      </header>
      {faults.length === 0 && (
        <p class="note">
          Everything behaves as on AWS. Each fault that you set is marked <span class="injected">injected</span> in the
          timeline when it happens.
        </p>
      )}
      <ul class="faults" aria-label="Faults">
        {faults.map((fault) => (
          <li key={fault.faultId}>
            <div>
              <b>{fault.description}</b>
              <p>{progressOf(fault, now)}</p>
            </div>
            <button type="button" aria-label={`Remove ${fault.faultId}`} onClick={() => remove(fault)}>
              Remove
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function progressOf({ faultId, injections, expiresAt }: ActiveFault, now: number): string {
  const times =
    injections === 0 ? "not injected yet" : injections === 1 ? "injected once" : `injected ${injections} times`
  return [faultId, times, expiresAt !== undefined && `expires in ${duration(expiresAt - now)}`]
    .filter((part) => part !== false)
    .join(" · ")
}

function ClockPanel({ now, movedMs, onMoved }: { now: number; movedMs: number; onMoved(): void }) {
  const [problem, setProblem] = useState("")
  const advance = (ms: number) => {
    postJson("/clock/advance", { ms }).then(
      () => {
        setProblem("")
        onMoved()
      },
      (error: Error) => setProblem(error.message),
    )
  }
  return (
    <>
      <h2 class="clock-head">Clock</h2>
      <p class="clock">
        <time>{now === 0 ? "" : dateTime(now)}</time>
        <span>{movedMs === 0 ? "the time of this machine" : `${duration(movedMs)} ahead of this machine`}</span>
      </p>
      <div class="buttons">
        {steps.map(([text, ms]) => (
          <button key={ms} type="button" onClick={() => advance(ms)}>
            Forward {text}
          </button>
        ))}
      </div>
      {problem !== "" && <p class="failure">{problem}</p>}
      <p class="note">
        Idle timeouts, lifetimes, throttles, retries and idle execution environments react at once. <code>Date</code> in
        functions, signatures, what runs, and the stand-ins for AWS services keep their time. The clock cannot be moved
        back.
      </p>
    </>
  )
}
