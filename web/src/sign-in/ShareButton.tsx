// Shares a document by a link. With sign-in it is created for that, and can be revoked; without, it is the document's
// address, which anyone may open.
import { DocumentError } from "@document-insight/client"
import { useState } from "react"
import { Button } from "react-aria-components"
import { addressOf } from "../browser/document-route.ts"
import { CopyButton } from "../page/CopyButton.tsx"
import { sharedAddress } from "./share-tokens.ts"
import { type SignedIn, useSignedIn } from "./signed-in-context.tsx"

type ShareState =
  | { step: "private"; message?: string }
  | { step: "working" }
  | { step: "shared"; address: string; message: string }

type SharedDocument = { documentId: string; name: string }

/** Nothing without sign-in. */
export function ShareButton(shared: SharedDocument) {
  const signedIn = useSignedIn()
  return signedIn && <SecretLink {...shared} client={signedIn.client} />
}

/** Nothing with sign-in, where the address opens the document for its owner only. */
export function CopyLinkButton({ documentId, name, isIcon }: SharedDocument & { isIcon?: boolean }) {
  if (useSignedIn()) return null
  return (
    <CopyButton
      label="Copy link"
      icon={
        isIcon ? (
          <path d="M8.2 11.8l3.6-3.6M9 6.5l1.8-1.8a3.2 3.2 0 014.5 4.5L13.5 11M11 13.5l-1.8 1.8a3.2 3.2 0 01-4.5-4.5L6.5 9" />
        ) : undefined
      }
      of={name}
      text={() => `${location.origin}${addressOf(documentId)}`}
      advice="Open the document and copy its address instead."
    />
  )
}

function SecretLink({ documentId, name, client }: SharedDocument & Pick<SignedIn, "client">) {
  const [state, setState] = useState<ShareState>({ step: "private" })

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
          <input className="search share-address" aria-label={`Link to ${name}`} readOnly value={state.address} />
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
