// Responds to the gateway's own requests, within the process of the stand-in for DynamoDB.
import type { IncomingMessage, ServerResponse } from "node:http"
import { json } from "node:stream/consumers"
import type { ChangeStreams } from "./change-streams.ts"
import { deleteExpired, type TableStore } from "./delete-expired.ts"
import { OWN_TARGET } from "./own-target.ts"
import type { OwnRequests } from "./stream-requests.ts"

/** @returns whether it is one of these requests, which is then responded to */
export function respondToOwn(
  incoming: IncomingMessage,
  response: ServerResponse,
  ports: { streams: ChangeStreams; store: TableStore },
): boolean {
  const [target, name = ""] = String(incoming.headers["x-amz-target"] ?? "").split(".")
  if (target !== OWN_TARGET) return false
  const send = (status: number, body: object) => {
    if (response.destroyed) return
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
  }
  json(incoming)
    .then((input) => run(name, input, ports))
    .then(
      (output) => send(200, output),
      (error: Error) => send(500, { message: error.message }),
    )
  return true
}

async function run(
  name: string,
  input: unknown,
  { streams, store }: { streams: ChangeStreams; store: TableStore },
): Promise<object> {
  switch (name) {
    case "EnableStream":
      await streams.enable(input as OwnRequests["EnableStream"]["input"])
      return {}
    case "Position": {
      const { tableName, consumer, from } = input as OwnRequests["Position"]["input"]
      return { position: await streams.position(tableName, consumer, from) }
    }
    case "SavePosition": {
      const { consumer, position } = input as OwnRequests["SavePosition"]["input"]
      await streams.save(consumer, position)
      return {}
    }
    case "ReadStream": {
      const { tableName, ...request } = input as OwnRequests["ReadStream"]["input"]
      return { records: await streams.read(tableName, request) }
    }
    case "DeleteExpired":
      return { count: await deleteExpired(store, input as OwnRequests["DeleteExpired"]["input"]) }
    default:
      throw new Error(`${name} is not a request of the gateway`)
  }
}
