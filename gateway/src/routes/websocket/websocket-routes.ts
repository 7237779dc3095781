// The events of a WebSocket API's connections, from the handshake to `$disconnect`.
import type { Connection } from "../../connections/connection.ts"
import type { ConnectionStore } from "../../connections/connection-store.ts"
import type { Log } from "../../foundation/log.ts"
import type { RoutePorts } from "../ports.ts"
import type { ServedStage } from "../stage-runtime.ts"
import { connect, type Handshake, type HandshakeOutcome } from "./connect.ts"
import { createLives, type Lives } from "./connection-lifecycle.ts"
import { message } from "./message.ts"

export type WebSocketRoutes = {
  connect(stage: ServedStage, handshake: Handshake): Promise<HandshakeOutcome>
  /** @returns the text to send back, if any */
  message(connection: Connection, text: string): Promise<string | undefined>
  lifecycle: Lives
}

export function createWebSocketRoutes(options: {
  ports: RoutePorts
  connections: ConnectionStore
  /** The stage as deployed now; undefined when it is no longer deployed. */
  findStage(apiId: string, stageName: string): ServedStage | undefined
  log: Log
}): WebSocketRoutes {
  const { ports, connections, findStage, log } = options
  const stageOf = ({ facts: { apiId, stageName } }: Connection) => findStage(apiId, stageName)

  function logBug(error: unknown, { facts: { connectionId } }: Connection): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
    log.error("event failed", { message, connectionId })
  }

  return {
    connect: (stage, handshake) => connect(stage, handshake, ports),
    async message(connection, text) {
      const stage = stageOf(connection)
      if (!stage) return undefined
      return message(stage, connection, text, ports).catch((error: unknown) => {
        logBug(error, connection)
        throw error
      })
    },
    lifecycle: createLives(connections, stageOf, ports, logBug),
  }
}
