// The details of one event: why it failed and how to fix it, its trace, its payloads and the log of its function.
import { requestOf } from "../state/copy-as.ts"
import { copyServiceCall } from "../state/copy-service-call.ts"
import type { DeniedEntry, EventEntry, FaultEntry, ServiceEntry } from "../state/entry.ts"
import { duration } from "../state/format.ts"
import { hashOf } from "../state/hash.ts"
import {
  clockTime,
  eventOf,
  invocationOf,
  isFailed,
  milliseconds,
  quoted,
  type Row,
  statementText,
  summaryOf,
} from "../state/row.ts"
import type { Store } from "../state/store.ts"
import type { Composer } from "./composer-state.ts"
import { CopyActions } from "./copy-actions.tsx"
import { EventActions } from "./event-actions.tsx"
import { Facts } from "./facts.tsx"
import { LogOutput } from "./log-output.tsx"
import { Payload } from "./payload.tsx"
import { SuggestedFix } from "./suggested-fix.tsx"
import { useDetails } from "./use-details.ts"
import { Waterfall } from "./waterfall.tsx"

export function EventDetail({ row, store, composer }: { row: Row; store: Store; composer: Composer }) {
  const { title, symbol, status } = summaryOf(row)
  const event = eventOf(row)
  const missing = useDetails(row)
  // The stack trace of a failure is read before anything else, so it is visible without scrolling.
  const isLogFirst = isFailed(row)
  return (
    <>
      <header class="detail-head">
        <h2>
          <span class="symbol" data-kind={row.kind} aria-hidden="true">
            {symbol}
          </span>{" "}
          {title}
        </h2>
        <span class="status">{status}</span>
        {event && <EventActions event={event} store={store} composer={composer} />}
        {row.entry.kind === "service" && (
          <CopyActions key={row.key} forms={copyServiceCall(row.entry, store.state.served)} />
        )}
      </header>
      <Failure row={row} />
      {row.caller && (
        <p class="cause">
          {row.kind === "service" ? "Called by " : "Sent by "}
          <a href={hashOf("timeline", row.caller.key)}>{summaryOf(row.caller).functionName || "an invocation"}</a> while
          it handled <a href={hashOf("timeline", row.caller.key)}>{summaryOf(row.caller).title}</a>
        </p>
      )}
      {event?.eventType !== "CONNECTION_API" && row.kind !== "service" && <Waterfall row={row} />}
      {isLogFirst && <LogOutput output={row.output} />}
      {event && <EventFacts event={event} row={row} />}
      {row.entry.kind === "service" && <ServiceFacts call={row.entry} />}
      {event && <Payload title={titleOfFrame(event)} text={event.frame ?? requestBody(event)} />}
      {!isLogFirst && <LogOutput output={row.output} />}
      {missing !== "" && (
        <p class="hint" role="status">
          {missing}
        </p>
      )}
      {event && (
        <>
          <Payload title="Frame sent" text={event.responseFrame} />
          <Payload title="Result" text={event.result} isOpen={event.responseFrame === undefined} />
          <Payload title="Event" text={event.event} isOpen={false} />
        </>
      )}
    </>
  )
}

function Failure({ row }: { row: Row }) {
  const { entry } = row
  const denials: DeniedEntry[] = entry.kind === "denied" ? [entry] : row.denials
  return (
    <>
      {entry.kind === "event" && entry.failure !== undefined && <p class="failure">{entry.failure}</p>}
      {entry.kind === "service" && entry.failure !== undefined && <p class="failure">{entry.failure}</p>}
      {(entry.kind === "fault" ? [entry] : row.faults).map((fault) => (
        <p key={fault.id} class="injected-fault">
          <span class="injected">injected</span> {fault.message} <a href={hashOf("faults")}>Faults and time</a>
        </p>
      ))}
      {entry.kind === "fault" && <FaultFacts entry={entry} />}
      {entry.kind === "clock" && (
        <p>
          The clock was moved forward by {duration(entry.ms)}, and by {duration(entry.movedMs)} in all. Functions keep
          their <code>Date</code>.
        </p>
      )}
      {entry.kind === "event" && entry.unmatched && <NoRoute entry={entry} />}
      {entry.kind === "problem" && (
        <>
          <p class="failure">{entry.message}</p>
          <p>{entry.hint}</p>
        </>
      )}
      {denials.map((denial) => (
        <section key={denial.id} class="denial" aria-label="Denial">
          <p>{denial.explanation}</p>
          <Facts
            values={[
              ["action", <code key="a">{denial.action}</code>],
              ["resource", <code key="r">{denial.resource}</code>],
              ["role", denial.role],
            ]}
          />
          <h3>Fix</h3>
          <SuggestedFix fix={denial.cure} />
        </section>
      ))}
    </>
  )
}

function FaultFacts({ entry: { connectionId, routeKey, functionName, requestId } }: { entry: FaultEntry }) {
  return (
    <Facts
      values={[
        [
          "connection",
          connectionId === undefined ? undefined : (
            <a key="c" href={hashOf("connections", connectionId)}>
              {connectionId}
            </a>
          ),
        ],
        ["route", routeKey],
        ["function", functionName],
        [
          "event",
          requestId === undefined ? undefined : (
            <a key="e" href={hashOf("timeline", requestId)}>
              {requestId}
            </a>
          ),
        ],
      ]}
    />
  )
}

function NoRoute({ entry: { unmatched } }: { entry: EventEntry }) {
  const routes = unmatched?.routes ?? []
  return (
    <p>
      The route selection expression returned {quoted(unmatched?.key)}, and there is no <code>$default</code> route. The
      routes of the stage: <code>{routes.join(", ")}</code>
    </p>
  )
}

function EventFacts({ event, row }: { event: EventEntry; row: Row }) {
  const invocation = invocationOf(row)
  const { connectionId } = event
  return (
    <Facts
      values={[
        ["time", `${clockTime(event.time)} (${new Date(event.time).toISOString()})`],
        ["request", event.path === undefined ? undefined : `${event.method} ${event.path}`],
        ["status", event.status],
        [
          "connection",
          connectionId === undefined ? undefined : (
            <a key="c" href={hashOf("connections", connectionId)}>
              {connectionId}
            </a>
          ),
        ],
        ["close", event.closeCode === undefined ? undefined : `${event.closeCode} ${event.closeReason ?? ""}`],
        ["signer", event.signer],
        ["allowed by", event.allowedBy && statementText(event.allowedBy)],
        ["source", [event.sourceIp, event.userAgent].filter(Boolean).join("  ")],
        ["authorizer", event.authorizer && JSON.stringify(event.authorizer)],
        ["request id", event.requestId],
        ["invocation id", event.functionRequestId],
        ["integration", event.functionRequestId === undefined ? event.integration : undefined],
        ["integration status", event.integrationStatus],
        [
          "duration",
          `${milliseconds(event.durationMs)}${event.latencyMs === undefined ? "" : `, ${event.latencyMs} ms of it in the integration`}`,
        ],
        ["cold start", invocation?.initMs === undefined ? undefined : milliseconds(invocation.initMs)],
        [
          "memory",
          invocation?.maxMemoryMb === undefined ? undefined : `${invocation.maxMemoryMb} of ${invocation.memoryMb} MB`,
        ],
        ["stage", event.stage],
      ]}
    />
  )
}

function ServiceFacts({ call }: { call: ServiceEntry }) {
  const { time, status, resource, signer, callerRequestId, durationMs, decisions, input } = call
  return (
    <>
      <Facts
        values={[
          ["time", `${clockTime(time)} (${new Date(time).toISOString()})`],
          ["status", status],
          ["resource", resource],
          ["duration", milliseconds(durationMs)],
          ["signer", signer],
          ["invocation id", callerRequestId],
          [
            "permissions",
            decisions.length === 0
              ? undefined
              : decisions.map(({ action, resource, allowed, statement }) => (
                  <div key={`${action} ${resource}`}>
                    <code>{action}</code> {allowed ? "allowed" : "denied"} on {resource}
                    {statement && ` by ${statementText(statement)}`}
                  </div>
                )),
          ],
        ]}
      />
      <Payload title="Request" text={input} />
    </>
  )
}

function titleOfFrame({ eventType }: EventEntry): string {
  if (eventType === "HTTP") return "Request body"
  return eventType === "CONNECTION_API" ? "Payload" : "Frame received"
}

function requestBody(event: EventEntry): string | undefined {
  return event.eventType === "HTTP" ? requestOf(event).body : undefined
}
