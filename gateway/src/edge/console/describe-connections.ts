// Describes the open connections for the console.
import type { ConnectionStore } from "../../connections/connection-store.ts"

/** A browser shows no more of them at once. */
const MAX_DESCRIBED = 2000

export type DescribedConnection = {
  connectionId: string
  apiId: string
  stageName: string
  /** Milliseconds since the epoch, like all times here. */
  connectedAt: number
  lastActiveAt: number
  idleAt: number
  lifetimeAt: number
  sourceIp: string
  userAgent: string | undefined
  authorizer: Readonly<Record<string, string>> | undefined
  messagesIn: number
  bytesIn: number
  messagesOut: number
  bytesOut: number
}

/** The newest connections first. `total` counts those that are left out too. */
export function describeConnections(
  connections: ConnectionStore,
  now: number,
): { now: number; total: number; connections: DescribedConnection[] } {
  const open = [...connections.all()].filter(({ isOpen }) => isOpen)
  const described = open
    .slice(-MAX_DESCRIBED)
    .toReversed()
    .map((connection): DescribedConnection => {
      const { facts, lastActiveAt, messagesIn, bytesIn, messagesOut, bytesOut, limits } = connection
      const { connectionId, apiId, stageName, connectedAt, identity, authorizer } = facts
      return {
        connectionId,
        apiId,
        stageName,
        connectedAt,
        lastActiveAt,
        ...limits,
        sourceIp: identity.sourceIp,
        userAgent: identity.userAgent,
        authorizer,
        messagesIn,
        bytesIn,
        messagesOut,
        bytesOut,
      }
    })
  return { now, total: open.length, connections: described }
}
