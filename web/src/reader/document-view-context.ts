// The expanded document for the components that show its views: where links lead, and where its text comes from.
import { createContext, useContext } from "react"
import type { DocumentView } from "../browser/document-route.ts"
import type { TextClient } from "./page-texts.ts"

export type ExpandedDocument = {
  documentId: string
  client: TextClient
  /** @param replace leaves no entry in the history */
  show(view: DocumentView, options?: { replace?: boolean }): void
}

export const DocumentViewContext = createContext<ExpandedDocument | undefined>(undefined)

export function useExpandedDocument(): ExpandedDocument {
  const expanded = useContext(DocumentViewContext)
  if (!expanded) throw new Error("Put a DocumentViewContext above the component that uses this hook.")
  return expanded
}
