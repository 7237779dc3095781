// The gateway's own requests to the stand-in for DynamoDB: reading streams, and deleting expired items.
import { request as sendRequest } from "node:http"
import { json } from "node:stream/consumers"
import { type StandIn, StandInUnavailable } from "../stand-in/stand-in-process.ts"
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
  { socketPath }: Pick<StandIn, "socketPath">,
  name: Name,
  input: OwnRequests[Name]["input"],
  signal?: AbortSignal,
): Promise<OwnRequests[Name]["output"]> {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `${OWN_TARGET}.${name}` }
  return new Promise((resolve, reject) => {
    sendRequest({ socketPath, path: "/", method: "POST", headers, ...(signal && { signal }) }, (response) => {
      json(response).then((output) => {
        if (response.statusCode === 200) resolve(output as OwnRequests[Name]["output"])
        else reject(new Error(`${name}: ${JSON.stringify(output)}`))
      }, reject)
    })
      .once("error", (cause) => reject(new StandInUnavailable(cause.message, { cause })))
      .end(JSON.stringify(input))
  })
}
