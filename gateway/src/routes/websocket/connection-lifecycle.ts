// The lives of connections, from accepted to `$disconnect`: exactly one for every one, whoever ended it and however.
import type { Connection, Ending } from "../../connections/connection.ts"
import type { ConnectionStore } from "../../connections/connection-store.ts"
import type { RoutePorts } from "../ports.ts"
import type { ServedStage } from "../stage-runtime.ts"
import { disconnect } from "./disconnect.ts"

export type Lives = {
  /** A handshake that may yet become a connection. */
  expect(handshake: Promise<void>): void
  begin(connection: Connection): void
  /** Closes every connection, also those that begin from now on; resolves once each has had its `$disconnect`. */
  endAll(code: number, reason: string): Promise<void>
}

/** @param stageOf the stage as deployed when the connection ends; undefined when it is no longer there */
export function createLives(
  connections: ConnectionStore,
  stageOf: (connection: Connection) => ServedStage | undefined,
  ports: RoutePorts,
  onBug: (error: unknown, connection: Connection) => void,
): Lives {
  /** Handshakes and `$disconnect`s under way: promises that never reject. */
  const underWay = new Set<Promise<void>>()
  let lastWords: Ending | undefined
  let whenOver: (() => void) | undefined

  function keep(life: Promise<void>): void {
    underWay.add(life)
    life.then(() => {
      underWay.delete(life)
      if (isOver()) whenOver?.()
    })
  }

  function isOver(): boolean {
    return connections.size === 0 && underWay.size === 0
  }

  function end(connection: Connection, ending: Ending): void {
    connections.remove(connection)
    keep(lastEvent(connection, ending).catch((error: unknown) => onBug(error, connection)))
  }

  async function lastEvent(connection: Connection, ending: Ending): Promise<void> {
    const stage = stageOf(connection)
    if (stage) await disconnect(stage, connection, ending, ports)
  }

  return {
    expect: keep,
    begin(connection) {
      connections.add(connection)
      connection.whenEnded(end)
      if (lastWords) connection.close(lastWords.code, lastWords.reason)
    },
    async endAll(code, reason) {
      lastWords = { code, reason }
      for (const connection of connections.all()) connection.close(code, reason)
      if (!isOver()) await new Promise<void>((resolve) => (whenOver = resolve))
    },
  }
}
