// The lives of connections, from accepted to `$disconnect`: exactly one for every one, whoever ended it and however.
import type { Connection, Ending } from "../connections/connection.ts"
import type { ConnectionStore } from "../connections/connection-store.ts"
import { disconnect } from "./disconnect.ts"
import type { RoutePorts } from "./ports.ts"
import type { ServedStage } from "./served-api.ts"

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
  const living = new Set<Promise<void>>()
  let lastWords: Ending | undefined

  async function live(connection: Connection): Promise<void> {
    connections.add(connection)
    const ending = await connection.ended
    connections.remove(connection)
    const stage = stageOf(connection)
    if (stage) await disconnect(stage, connection, ending, ports)
  }

  function keep(life: Promise<void>): void {
    living.add(life)
    life.then(() => living.delete(life))
  }

  return {
    expect: keep,
    begin(connection) {
      keep(live(connection).catch((error: unknown) => onBug(error, connection)))
      if (lastWords) connection.close(lastWords.code, lastWords.reason)
    },
    async endAll(code, reason) {
      lastWords = { code, reason }
      for (const connection of connections.all()) connection.close(code, reason)
      while (living.size > 0) await Promise.all(living)
    },
  }
}
