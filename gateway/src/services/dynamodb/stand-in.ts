// Starts the stand-in for DynamoDB, the package dynalite. No other file imports it.
import { once } from "node:events"
import { mkdirSync } from "node:fs"
import dynalite from "dynalite"
import { createPrivateSocket } from "../front/private-socket.ts"

export type DynamoDbStandIn = { socketPath: string; close(): Promise<void> }

/** @param folder keeps the tables between runs; in memory if it is not given */
export async function startDynamoDb(folder?: string): Promise<DynamoDbStandIn> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  const server = dynalite(folder === undefined ? instant : { ...instant, path: folder })
  // The endpoint in front of it keeps its connections open as long as it runs.
  server.keepAliveTimeout = 0
  const socket = createPrivateSocket()
  server.listen(socket.path)
  await once(server, "listening")
  return {
    socketPath: socket.path,
    async close() {
      const closed = new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
      })
      server.closeAllConnections()
      await closed
      socket.remove()
    },
  }
}
