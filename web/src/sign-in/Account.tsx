// Shows who is signed in, in the header of the page, with the button to sign out. Nothing without sign-in.
import { useSyncExternalStore } from "react"
import { Button } from "react-aria-components"
import { type SignedIn, useSignedIn } from "./signed-in-context.tsx"

export function Account() {
  const signedIn = useSignedIn()
  return signedIn && <SignedInAccount session={signedIn.session} />
}

function SignedInAccount({ session }: Pick<SignedIn, "session">) {
  const state = useSyncExternalStore(session.state.subscribe, session.state.getSnapshot)
  if (state.status !== "signed-in") return null
  return (
    <div className="account">
      <span className="account-name" data-testid="account">
        <span className="visually-hidden">Signed in as </span>
        <bdi>{state.user.name}</bdi>
      </span>
      <Button className="button-text" onPress={() => session.signOut()}>
        Sign out
      </Button>
    </div>
  )
}
