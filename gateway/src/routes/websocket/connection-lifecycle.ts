// Follows connections from the accepted handshake to `$disconnect`, which runs exactly once for each of them.
import type { Connection, Ending } from "../../connections/connection.ts"
import type { ConnectionStore } from "../../connections/connection-store.ts"
import type { RoutePorts } from "../ports.ts"
import type { WebSocketStageRuntime } from "./api-runtime.ts"
import { disconnect } from "./disconnect.ts"

export type ConnectionLifecycle = {
  /** Makes `closeAll` wait for a handshake, which may still become a connection. The promise must not reject. */
  trackHandshake(settled: Promise<void>): void
  begin(connection: Connection): void
  /** Closes every connection, later ones included; resolves after the `$disconnect` of the last one. */
  closeAll(code: number, reason: string): Promise<void>
}

/** @param stageOf the stage as deployed when the connection ends; undefined when it no longer exists */
export function createConnectionLifecycle(
  connections: ConnectionStore,
  stageOf: (connection: Connection) => WebSocketStageRuntime | undefined,
  ports: RoutePorts,
): ConnectionLifecycle {
  /** Handshakes and `$disconnect` events in progress: promises that never reject. */
  const inProgress = new Set<Promise<void>>()
  let closing: Ending | undefined
  let onIdle: (() => void) | undefined

  function track(promise: Promise<void>): void {
    inProgress.add(promise)
    promise.then(() => {
      inProgress.delete(promise)
      if (isIdle()) onIdle?.()
    })
  }

  function isIdle(): boolean {
    return connections.size === 0 && inProgress.size === 0
  }

  function end(connection: Connection, ending: Ending): void {
    connections.remove(connection)
    const stage = stageOf(connection)
    if (stage) track(disconnect(stage, { connection, ending }, ports))
    else if (isIdle()) onIdle?.()
  }

  return {
    trackHandshake: track,
    begin(connection) {
      connections.add(connection)
      connection.whenEnded(end)
      if (closing) connection.close(closing.code, closing.reason)
    },
    async closeAll(code, reason) {
      closing = { code, reason }
      for (const connection of connections.all()) connection.close(code, reason)
      if (!isIdle()) await new Promise<void>((resolve) => (onIdle = resolve))
    },
  }
}
