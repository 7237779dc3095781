// The open connections by API. A connection belongs to its API, not to a stage: the URL of any stage reaches it.
// AWS: a connection is reached through any deployed stage of its API (post-through-other-stage)
import type { Connection } from "./connection.ts"

export class ConnectionStore {
  readonly #byApi = new Map<string, Map<string, Connection>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(connection: Connection): void {
    const { apiId, connectionId } = connection.facts
    const connections = this.#byApi.get(apiId) ?? new Map<string, Connection>()
    this.#byApi.set(apiId, connections.set(connectionId, connection))
    this.#size++
  }

  /** An open connection, or undefined: closed and unknown ids are not distinguished. */
  find(apiId: string, connectionId: string): Connection | undefined {
    const connection = this.#byApi.get(apiId)?.get(connectionId)
    return connection?.isOpen ? connection : undefined
  }

  remove(connection: Connection): void {
    const { apiId, connectionId } = connection.facts
    if (this.#byApi.get(apiId)?.delete(connectionId)) this.#size--
  }

  *all(): Iterable<Connection> {
    for (const connections of this.#byApi.values()) yield* connections.values()
  }
}
