// Shows the state of the connection in the header of the page.
import type { Link } from "../browser/use-link.ts"

const labels: Record<Link["state"], string> = {
  connecting: "Connecting",
  live: "Live",
  away: "Reconnecting",
  offline: "Offline",
  paused: "Paused",
  ended: "Signed out",
}

export function ConnectionBadge({ link }: { link: Link }) {
  return (
    <p className="connection" role="status" data-testid="connection-state" data-state={link.state}>
      <span className="connection-dot" aria-hidden="true" />
      <span className="visually-hidden">Connection: </span>
      {labels[link.state]}
    </p>
  )
}
