// Says that the server or the network is away, when the next attempt is made, and lets the person try at once.
import { Button } from "react-aria-components"
import type { Link } from "../browser/use-link.ts"

type ConnectionNoticeProps = { link: Link; now: number; onTryNow: () => void }

export function ConnectionNotice({ link, now, onTryNow }: ConnectionNoticeProps) {
  if (link.state !== "away" && link.state !== "offline") return null
  const isOffline = link.state === "offline"
  return (
    <div className="notice" data-testid="connection-notice" data-state={link.state}>
      <div>
        <p className="notice-title" role="status">
          {isOffline ? "You are offline" : "The server cannot be reached"}
        </p>
        <p className="notice-text">
          {isOffline
            ? "Progress is updated when you are back online."
            : `Progress is updated when it responds again. ${attemptText(link.retryAt, now)}`}
        </p>
      </div>
      <Button className="button" onPress={onTryNow} isDisabled={!isOffline && link.retryAt === undefined}>
        Try now
      </Button>
    </div>
  )
}

/** Why no progress arrives, for the row of a document. */
export function outageOf(link: Link, now: number): string | undefined {
  if (link.state === "offline") return "Offline. Progress is updated later."
  if (link.state === "away") return `Server not reachable. ${attemptText(link.retryAt, now)}`
  return undefined
}

function attemptText(retryAt: number | undefined, now: number): string {
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - now) / 1000)
  return seconds > 0 ? `Next attempt in ${seconds} s.` : "Connecting now."
}
