// The operations of EventBridge: PutEvents and TestEventPattern.
import type { Clock } from "../../foundation/clock.ts"
import { compileEventPattern, type EventPattern } from "../../foundation/event-pattern.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { InvalidPattern } from "../../foundation/pattern-matcher.ts"
import { createJsonService, type JsonInput, requiredText } from "../local/json-service.ts"
import { type LocalService, ServiceError } from "../local/local-service.ts"
import { busEvent } from "./event.ts"
import type { EventBuses } from "./event-buses.ts"

export type EventsServiceOptions = {
  buses: Pick<EventBuses, "nameOf" | "put">
  /** Of the deployment. */
  place(): { accountId: string; region: string; partition: string }
  clock: Clock
}

type Entry = Record<string, unknown>
type EntryResult = { EventId: string } | { ErrorCode: string; ErrorMessage: string }

// AWS: a request has one to ten entries of at most 1 MB together (event-put-size)
const MAX_ENTRIES = 10
const MAX_BYTES = 1024 ** 2

export function createEventsService(options: EventsServiceOptions): LocalService {
  const { buses, place, clock } = options

  /** A bus is named by its name or its ARN. */
  function busArnOf({ EventBusName }: Entry): string {
    const named = typeof EventBusName === "string" && EventBusName !== "" ? EventBusName : "default"
    if (named.startsWith("arn:")) return named
    const { accountId, region, partition } = place()
    return `arn:${partition}:events:${region}:${accountId}:event-bus/${named}`
  }

  function putEvents(input: JsonInput): object {
    const entries = entriesOf(input)
    if (entries.length === 0 || entries.length > MAX_ENTRIES) {
      throw new ServiceError("ValidationException", `Entries must have 1 to ${MAX_ENTRIES} members.`)
    }
    if (Buffer.byteLength(JSON.stringify(entries)) > MAX_BYTES) {
      throw new ServiceError("ValidationException", `Total size of the entries in the request is over the limit.`)
    }
    const Entries = entries.map(putEntry)
    return { FailedEntryCount: Entries.filter((one) => "ErrorCode" in one).length, Entries }
  }

  /** AWS: an entry that is not valid fails alone (event-put-entries) */
  function putEntry(entry: Entry): EntryResult {
    const { Source, DetailType, Detail, Resources, Time } = entry
    for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
      if (typeof value !== "string" || value === "") {
        return {
          ErrorCode: "InvalidArgument",
          ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
        }
      }
    }
    const detail = parseJsonObject(String(Detail))
    if (!detail) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }
    // AWS: the sources of AWS are reserved (event-put-source)
    if (/^aws\./i.test(String(Source))) {
      const ErrorMessage = `Not authorized for the source ${String(Source)}.`
      return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage }
    }
    const busArn = busArnOf(entry)
    const busName = buses.nameOf(busArn)
    // AWS?: an entry for a bus that does not exist fails (event-put-missing-bus)
    if (busName === undefined) {
      const name = busArn.split("/").at(-1)
      return { ErrorCode: "ResourceNotFoundException", ErrorMessage: `Event bus ${name} does not exist.` }
    }
    const content = {
      source: String(Source),
      "detail-type": String(DetailType),
      detail,
      resources: Array.isArray(Resources) ? Resources.map(String) : [],
      time: typeof Time === "number" ? Time * 1000 : clock.now(),
    }
    const event = busEvent(content, place())
    buses.put(busName, event)
    return { EventId: event.id }
  }

  return createJsonService({
    name: "events",
    target: "AWSEvents",
    operations: new Map([
      [
        "PutEvents",
        {
          permissions: (input: JsonInput) =>
            entriesOf(input).map((entry) => ({
              action: "events:PutEvents",
              resource: busArnOf(entry),
              context: {
                "events:source": typeof entry.Source === "string" ? entry.Source : undefined,
                "events:detail-type": typeof entry.DetailType === "string" ? entry.DetailType : undefined,
              },
            })),
          run: putEvents,
        },
      ],
      // AWS: the permission has no resource (event-test-pattern)
      [
        "TestEventPattern",
        { permissions: () => [{ action: "events:TestEventPattern", resource: "*" }], run: testEventPattern },
      ],
    ]),
  })
}

/** AWS: an event must have these fields (event-test-pattern) */
const mandatoryFields = ["id", "account", "source", "time", "region", "resources", "detail-type"]

function testEventPattern(input: JsonInput): object {
  const matches = compiled(requiredText(input, "EventPattern"))
  const event = parseJsonObject(requiredText(input, "Event"))
  const missing = event && mandatoryFields.filter((name) => !Object.hasOwn(event, name))
  if (!missing || missing.length > 0) {
    const why = missing ? `it has no ${missing.join(", ")}` : "it is not a JSON object"
    // AWS?: the error of an event that is not valid (event-test-invalid)
    throw new ServiceError("ValidationException", `Parameter Event is not valid: ${why}.`)
  }
  return { Result: matches(event) }
}

function compiled(pattern: string): EventPattern {
  try {
    return compileEventPattern(parseJsonObject(pattern))
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error
    throw new ServiceError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${error.message}`)
  }
}

function entriesOf({ Entries }: JsonInput): Entry[] {
  return Array.isArray(Entries) ? Entries.filter(isRecord) : []
}
