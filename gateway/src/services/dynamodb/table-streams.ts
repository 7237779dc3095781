// The gateway's side of streams and expiry: reads the streams of the stand-in, and has expired items deleted.
import type { TableDefinition } from "../../definition/storage.ts"
import type { StreamRecord, StreamSource } from "../../definition/stream-source.ts"
import type { Clock, Timer } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { SHARD_ID, streamRecord } from "../../foundation/stream-records.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"
import type { ChangeRecord } from "./change-record.ts"
import { sendOwnRequest } from "./stream-requests.ts"

export type TableStreams = StreamSource & {
  /** Deletes the expired items of these tables from now on. */
  expire(tables: readonly TableDefinition[]): void
  stop(): void
}

/** Differs: every minute; AWS deletes within a few days (ttl-delay) */
const EXPIRY_INTERVAL_MS = 60_000

export function createTableStreams(options: { standIn(): Promise<StandIn>; clock: Clock; log: Log }): TableStreams {
  const { clock, log } = options
  let expiring: { tableName: string; attribute: string }[] = []
  let timer: Timer | undefined
  let isDeleting = false
  let isDueAgain = false
  let isStopped = false

  async function available(): Promise<StandIn> {
    const standIn = await options.standIn()
    await standIn.available()
    return standIn
  }

  /** One at a time: each reads whole tables, and a clock that is moved by a day is due 1,440 times. */
  async function deleteWhenDue(): Promise<void> {
    isDueAgain = true
    if (isDeleting) return
    isDeleting = true
    while (isDueAgain && !isStopped) {
      isDueAgain = false
      await deleteExpired()
    }
    isDeleting = false
  }

  async function deleteExpired(): Promise<void> {
    try {
      const standIn = await available()
      for (const table of expiring) await sendOwnRequest(standIn, "DeleteExpired", { ...table, now: clock.now() })
    } catch (cause) {
      // The stand-in is being closed.
      if (isStopped) return
      log.error("Expired items not deleted", { tables: expiring.map(({ tableName }) => tableName), cause })
    }
  }

  function wait(): void {
    timer = clock.after(EXPIRY_INTERVAL_MS, () => {
      wait()
      void deleteWhenDue()
    })
  }

  return {
    shards: () => [SHARD_ID],
    async position({ mapping }) {
      const { streamArn, mappingId, startingPosition } = mapping
      const from = startingPosition === "TRIM_HORIZON" ? startingPosition : "LATEST"
      const input = { tableName: tableOf(streamArn), consumer: mappingId, from } as const
      return (await sendOwnRequest(await available(), "Position", input)).position
    },
    async read({ mapping: { streamArn } }, request, signal) {
      const standIn = await available()
      const input = { tableName: tableOf(streamArn), ...request }
      const { records } = await sendOwnRequest(standIn, "ReadStream", input, signal)
      return records.map((record) => toStreamRecord(record, streamArn))
    },
    async savePosition({ mapping: { mappingId } }, position) {
      await sendOwnRequest(await available(), "SavePosition", { consumer: mappingId, position })
    },
    expire(tables) {
      expiring = tables.flatMap(({ createTable, timeToLiveAttribute: attribute }) =>
        attribute === undefined ? [] : { tableName: String(createTable.TableName), attribute },
      )
      timer?.cancel()
      timer = undefined
      if (expiring.length > 0) wait()
    },
    stop() {
      isStopped = true
      timer?.cancel()
    },
  }
}

/** `arn:aws:dynamodb:region:account:table/name/stream/time` */
function tableOf(streamArn: string): string {
  return streamArn.split("/")[1] ?? ""
}

/** AWS: a record in an event has an id, a version, the source and the ARN of the stream (streams-event) */
function toStreamRecord({ eventName, dynamodb, ...identity }: ChangeRecord, streamArn: string): StreamRecord {
  const event = { ...streamRecord({ eventName, dynamodb }, streamArn), eventSourceARN: streamArn, ...identity }
  return {
    sequenceNumber: dynamodb.SequenceNumber,
    arrivedAt: dynamodb.ApproximateCreationDateTime * 1000,
    event,
    filtered: event,
  }
}
