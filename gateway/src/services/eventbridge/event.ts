// An event of EventBridge, in the form in which rules match it and targets receive it.
import { randomUUID } from "node:crypto"
import { isoTime } from "../../foundation/clock.ts"

export type BusEvent = {
  version: "0"
  id: string
  "detail-type": string
  source: string
  account: string
  /** `2026-01-31T08:30:00Z` */
  time: string
  region: string
  resources: string[]
  detail: unknown
}

export type EventContent = Pick<BusEvent, "detail-type" | "source" | "detail"> & {
  resources?: string[] | undefined
  /** Milliseconds since the epoch. */
  time: number
}

/** AWS: the envelope of an event, whose time has whole seconds (event-envelope) */
export function busEvent(content: EventContent, place: { accountId: string; region: string }): BusEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": content["detail-type"],
    source: content.source,
    account: place.accountId,
    time: isoTime(content.time).replace(/\.\d+Z$/, "Z"),
    region: place.region,
    resources: content.resources ?? [],
    detail: content.detail,
  }
}
