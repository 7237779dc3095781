// Shown instead of the page while no user is signed in.
import { Button } from "react-aria-components"
import { Logo } from "../page/Logo.tsx"
import type { SignedIn } from "./signed-in-context.tsx"

export function SignInPage({ session, envName }: { session: SignedIn["session"]; envName: string }) {
  const state = session.state.getSnapshot()
  const problem = state.status === "signed-out" ? state.problem : "Your session has ended. Sign in again."
  return (
    <div className="page" data-empty>
      <header className="page-header">
        <p className="wordmark">
          <Logo />
          Document Insight {envName !== "prod" && <span className="environment">{envName}</span>}
        </p>
      </header>
      <main className="sign-in">
        <div className="introduction">
          <h1>
            Upload a document. <span>Follow its progress live.</span>
          </h1>
          <p className="lead">Sign in to upload documents. Only you see them, and those to whom you give a link.</p>
        </div>
        {problem !== undefined && (
          <p className="error-message" role="alert">
            {problem}
          </p>
        )}
        <Button className="button button-primary" onPress={() => session.signIn(location.pathname + location.search)}>
          Sign in
        </Button>
      </main>
    </div>
  )
}
