// Shows the state of the WebSocket connection.
import type { ConnectionState } from "@document-insight/client"
import { useConnectionState } from "@document-insight/client/react"
import { useSyncExternalStore } from "react"

const labels: Record<ConnectionState, string> = {
  connecting: "Connecting",
  open: "Live",
  waiting: "Reconnecting",
  closed: "Offline",
}

export function ConnectionBadge() {
  const state = useConnectionState()
  const isOnline = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine)
  return (
    <p className="connection" role="status" data-testid="connection-state" data-state={state}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="visually-hidden">Connection: </span>
      {state === "waiting" && !isOnline ? labels.closed : labels[state]}
    </p>
  )
}

function subscribeToNetwork(changed: () => void): () => void {
  window.addEventListener("online", changed)
  window.addEventListener("offline", changed)
  return () => {
    window.removeEventListener("online", changed)
    window.removeEventListener("offline", changed)
  }
}
