// Whether what the page shows is live.
import type { ConnectionState } from "@document-insight/client"
import { useConnectionState } from "@document-insight/client/react"

const words: Record<ConnectionState, string> = {
  connecting: "Connecting",
  open: "Live",
  waiting: "Reconnecting",
  closed: "Offline",
}

export function ConnectionBadge() {
  const state = useConnectionState()
  return (
    <p className="connection" role="status" data-testid="connection-state" data-state={state}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="visually-hidden">Connection: </span>
      {words[state]}
    </p>
  )
}
