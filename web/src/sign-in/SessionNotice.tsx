// Says that the session has ended, and lets the user sign in again and return to this address.
import { useSyncExternalStore } from "react"
import { Button } from "react-aria-components"
import { type SignedIn, useSignedIn } from "./signed-in-context.tsx"

export function SessionNotice() {
  const signedIn = useSignedIn()
  return signedIn && <EndedNotice session={signedIn.session} />
}

function EndedNotice({ session }: Pick<SignedIn, "session">) {
  const { status } = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot)
  if (status !== "ended") return null
  return (
    <div className="notice" data-testid="session-notice">
      <div>
        <p className="notice-title" role="status">
          Your session has ended
        </p>
        <p className="notice-text">Sign in again to upload documents and to follow their progress.</p>
      </div>
      <Button className="button" onPress={() => session.signIn(location.pathname + location.search)}>
        Sign in
      </Button>
    </div>
  )
}
