// Starts the stand-in for DynamoDB, the package dynalite. No other file imports it.
import { once } from "node:events"
import { mkdirSync } from "node:fs"
import type { AddressInfo } from "node:net"
import dynalite from "dynalite"

export type DynamoDbStandIn = { endpoint: string; close(): Promise<void> }

/** @param folder keeps the tables between runs; in memory if it is not given */
export async function startDynamoDb(folder?: string): Promise<DynamoDbStandIn> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const instant = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  const server = dynalite(folder === undefined ? instant : { ...instant, path: folder })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
