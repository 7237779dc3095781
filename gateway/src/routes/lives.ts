// The lives of connections, from accepted to `$disconnect`: exactly one for every one, whoever ended it and however.
import type { Connection } from "../connections/connection.ts"
import type { ConnectionStore } from "../connections/connection-store.ts"
import { disconnect } from "./disconnect.ts"
import type { RoutePorts } from "./ports.ts"
import type { ServedStage } from "./served-api.ts"

export type Lives = {
  begin(connection: Connection): void
  /** Closes every connection; resolves once each has had its `$disconnect`. */
  endAll(code: number, reason: string): Promise<void>
}

/** @param stageOf the stage as deployed when the connection ends; undefined when it is no longer there */
export function createLives(
  connections: ConnectionStore,
  stageOf: (connection: Connection) => ServedStage | undefined,
  ports: RoutePorts,
): Lives {
  const living = new Set<Promise<void>>()

  async function live(connection: Connection): Promise<void> {
    connections.add(connection)
    const ending = await connection.ended
    connections.remove(connection)
    const stage = stageOf(connection)
    if (stage) await disconnect(stage, connection, ending, ports)
  }

  return {
    begin(connection) {
      const life = live(connection)
      living.add(life)
      life.finally(() => living.delete(life))
    },
    async endAll(code, reason) {
      for (const connection of connections.all()) connection.close(code, reason)
      await Promise.all(living)
    },
  }
}
