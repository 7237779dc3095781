// A link to a view of the expanded document, which is shown here; other clicks open its address in another tab.
import type { AnchorHTMLAttributes } from "react"
import { addressOf, type DocumentView } from "../browser/document-route.ts"
import { useExpandedDocument } from "./document-view-context.ts"

type ViewLinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { view: DocumentView }

export function ViewLink({ view, ...attributes }: ViewLinkProps) {
  const { documentId, show } = useExpandedDocument()
  return (
    <a
      {...attributes}
      href={addressOf(documentId, view)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        show(view)
      }}
    />
  )
}
