// What the page can do only with sign-in, for the components that show it: the session, and shared links.
import type { Session, SignedInClient } from "@document-insight/client"
import { createContext, useContext } from "react"

export type SignedIn = {
  session: Pick<Session, "state" | "signIn" | "signOut">
  client: Pick<SignedInClient, "share" | "revokeShare">
}

export const SignedInContext = createContext<SignedIn | undefined>(undefined)

/** Undefined without sign-in. */
export function useSignedIn(): SignedIn | undefined {
  return useContext(SignedInContext)
}
