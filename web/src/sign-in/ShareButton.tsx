// Creates the link whose bearer may watch a document, copies it, and revokes it. Nothing without sign-in.
import { DocumentError } from "@document-insight/client"
import { useState } from "react"
import { Button } from "react-aria-components"
import { sharedAddress } from "./share-tokens.ts"
import { useSignedIn } from "./signed-in-context.tsx"

type ShareState =
  | { step: "private"; message?: string }
  | { step: "working" }
  | { step: "shared"; address: string; message: string }

export function ShareButton({ documentId, name }: { documentId: string; name: string }) {
  const signedIn = useSignedIn()
  const [state, setState] = useState<ShareState>({ step: "private" })
  if (!signedIn) return null
  const { client } = signedIn

  const share = async () => {
    setState({ step: "working" })
    try {
      const address = sharedAddress(documentId, await client.share(documentId), location.origin)
      const isCopied = await navigator.clipboard?.writeText(address).then(
        () => true,
        () => false,
      )
      setState({ step: "shared", address, message: isCopied ? "Link copied" : "Link created" })
    } catch (error) {
      setState({ step: "private", message: messageOf(error) })
    }
  }
  const revoke = async () => {
    setState({ step: "working" })
    try {
      await client.revokeShare(documentId)
      setState({ step: "private", message: "Link revoked" })
    } catch (error) {
      setState({ step: "private", message: messageOf(error) })
    }
  }

  return (
    <div className="share">
      <Button className="button button-small" isDisabled={state.step === "working"} onPress={share}>
        {state.step === "shared" ? "Replace link" : "Share link"}
        <span className="visually-hidden"> to {name}</span>
      </Button>
      {state.step === "shared" && (
        <>
          <input className="share-address" aria-label={`Link to ${name}`} readOnly value={state.address} />
          <Button className="button-text" onPress={revoke}>
            Revoke link
            <span className="visually-hidden"> to {name}</span>
          </Button>
        </>
      )}
      <span className="share-message" role="status">
        {state.step === "working" ? "" : state.message}
      </span>
    </div>
  )
}

function messageOf(error: unknown): string {
  return error instanceof DocumentError ? error.message : "Something unexpected went wrong. Try again."
}
