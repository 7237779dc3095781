// The gateway's own requests to the stand-in for DynamoDB: reading streams, and deleting expired items.
import { type StandInSocket, sendOperation } from "../stand-in/private-request.ts"
import type { ChangeRecord } from "./change-record.ts"
import type { StreamSettings } from "./change-streams.ts"
import { OWN_TARGET } from "./own-target.ts"

export type OwnRequests = {
  EnableStream: { input: StreamSettings; output: object }
  Position: {
    input: { tableName: string; consumer: string; from: "LATEST" | "TRIM_HORIZON" }
    output: { position: string }
  }
  SavePosition: { input: { consumer: string; position: string }; output: object }
  ReadStream: {
    input: { tableName: string; after: string; limit: number; waitMs: number }
    output: { records: ChangeRecord[] }
  }
  /** @param now milliseconds since the epoch */
  DeleteExpired: { input: { tableName: string; attribute: string; now: number }; output: { count: number } }
}

export async function sendOwnRequest<Name extends keyof OwnRequests>(
  standIn: StandInSocket,
  name: Name,
  input: OwnRequests[Name]["input"],
  signal?: AbortSignal,
): Promise<OwnRequests[Name]["output"]> {
  const { status, body } = await sendOperation(standIn, `${OWN_TARGET}.${name}`, input, signal && { signal })
  if (status !== 200) throw new Error(`${name}: ${body}`)
  return JSON.parse(body) as OwnRequests[Name]["output"]
}
