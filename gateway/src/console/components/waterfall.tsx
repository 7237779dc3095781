// The trace of an event as a waterfall: when each step began and how long it took.
import { hashOf } from "../state/hash.ts"
import { milliseconds, type Row } from "../state/row.ts"
import { type Span, traceOf } from "../state/trace.ts"

export function Waterfall({ row }: { row: Row }) {
  const { durationMs, spans } = traceOf(row)
  if (spans.length < 2) return null
  return (
    <section class="waterfall" aria-label="Trace">
      <header>
        <h3>Trace</h3>
        <span>{milliseconds(durationMs)}</span>
      </header>
      <ol>
        {spans.map((span, index) => (
          <li key={index} data-kind={span.kind} data-failed={span.isFailed === true}>
            <span class="name">
              {span.row ? <a href={hashOf("timeline", span.row.key)}>{span.name}</a> : span.name}
            </span>
            <Bar span={span} durationMs={durationMs} />
            <span class="span-detail" title={span.detail}>
              {span.endMs === undefined
                ? span.detail
                : `${milliseconds(span.endMs - span.startMs)}${span.detail && `, ${span.detail}`}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Bar({ span, durationMs }: { span: Span; durationMs: number }) {
  const { startMs, endMs = startMs } = span
  const x = (startMs / durationMs) * 100
  const width = ((endMs - startMs) / durationMs) * 100
  return (
    <svg class="bar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">
      {span.endMs === undefined ? (
        <rect class="moment" x={Math.min(x, 99.2)} y="1" width="0.8" height="8" />
      ) : (
        <rect x={Math.min(x, 99.2)} y="2" width={Math.max(width, 0.8)} height="6" />
      )}
    </svg>
  )
}
