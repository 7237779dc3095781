// The events of a WebSocket API's connections, from the handshake to `$disconnect`.
import type { Connection } from "../../connections/connection.ts"
import type { ConnectionStore } from "../../connections/connection-store.ts"
import type { RoutePorts } from "../ports.ts"
import type { WebSocketStageRuntime } from "./api-runtime.ts"
import { connect, type Handshake, type HandshakeOutcome } from "./connect.ts"
import { type ConnectionLifecycle, createConnectionLifecycle } from "./connection-lifecycle.ts"
import { handleMessage } from "./message.ts"

export type WebSocketRoutes = {
  connect(stage: WebSocketStageRuntime, handshake: Handshake): Promise<HandshakeOutcome>
  /** @returns the text to send back, if any */
  message(connection: Connection, text: string): Promise<string | undefined>
  lifecycle: ConnectionLifecycle
}

export function createWebSocketRoutes(options: {
  ports: RoutePorts
  connections: ConnectionStore
  /** The stage as deployed now; undefined when it is no longer deployed. */
  findStage(apiId: string, stageName: string): WebSocketStageRuntime | undefined
}): WebSocketRoutes {
  const { ports, connections, findStage } = options
  const stageOf = ({ facts: { apiId, stageName } }: Connection) => findStage(apiId, stageName)
  return {
    connect: (stage, handshake) => connect(stage, handshake, ports),
    message(connection, text) {
      const stage = stageOf(connection)
      return stage ? handleMessage({ stage, connection, text }, ports) : Promise.resolve(undefined)
    },
    lifecycle: createConnectionLifecycle(connections, stageOf, ports),
  }
}
