// One row of the timeline: when, what, its payload, the function, how long it took and its status.
import { clockTime, outcomeOf, type Row, summaryOf } from "../state/row.ts"

export function TimelineRow({ row }: { row: Row }) {
  const { symbol, title, note, functionName, duration, status } = summaryOf(row)
  return (
    <>
      <time>{clockTime(row.time)}</time>
      <span class="symbol" data-kind={row.kind} aria-hidden="true">
        {symbol}
      </span>
      <b class={row.caller ? "title child" : "title"}>{title}</b>
      <span class="note">
        {row.faults.length > 0 && <span class="injected">injected</span>}
        {note}
      </span>
      <span class="function">{functionName}</span>
      <span class="duration">{duration}</span>
      <span class="status" data-outcome={outcomeOf(row)}>
        {status}
      </span>
    </>
  )
}
