// Whether news from the server can arrive: the state of the WebSocket connection and of the network together.
import { useConnectionState, useProgressClient } from "@document-insight/client/react"
import { useEffect, useState } from "react"

export type Link =
  | { state: "connecting" | "live" | "paused" }
  /** The session has ended: no connection before the user signs in again. */
  | { state: "ended" }
  /** The browser has no network. */
  | { state: "offline" }
  /** The server cannot be reached; `retryAt` is undefined during an attempt. */
  | { state: "away"; retryAt: number | undefined }

export function useLink(now: () => number): Link {
  const client = useProgressClient()
  const connection = useConnectionState()
  const offlineSince = useOfflineSince(now)
  // A server on this machine can be reached without a network: it has responded to the ping that follows the loss.
  const isOffline = offlineSince !== undefined && (client.lastMessageAt ?? 0) <= offlineSince
  if (isOffline) return { state: "offline" }
  if (connection === "open") return { state: "live" }
  if (connection === "ended") return { state: "ended" }
  if (connection === "closed") return { state: "paused" }
  const { failures, nextAttemptAt } = client.attempts()
  return failures > 0 ? { state: "away", retryAt: nextAttemptAt } : { state: "connecting" }
}

/** When the browser lost the network, or undefined while it has one. Renders again when a response may have arrived. */
function useOfflineSince(now: () => number): number | undefined {
  const [since, setSince] = useState(() => (navigator.onLine ? undefined : now()))
  const [, setTick] = useState(0)
  useEffect(() => {
    const changed = () => setSince(navigator.onLine ? undefined : now())
    window.addEventListener("online", changed)
    window.addEventListener("offline", changed)
    return () => {
      window.removeEventListener("online", changed)
      window.removeEventListener("offline", changed)
    }
  }, [now])
  useEffect(() => {
    if (since === undefined) return
    const timer = setInterval(() => setTick((tick) => tick + 1), 500)
    return () => clearInterval(timer)
  }, [since])
  return since
}
