// What a row shows in front of the name of its document: the first page of a PDF, or the extension of the file.
import { useRef } from "react"
import { type DocumentItem, phaseOf } from "../documents/document-item.ts"
import type { TextClient } from "../reader/page-texts.ts"
import { hasThumbnails, useThumbnail } from "../reader/use-thumbnail.ts"

/** Decoration: the name is next to it. */
export function DocumentIcon({ item, client }: { item: DocumentItem; client: TextClient }) {
  const place = useRef<HTMLSpanElement>(null)
  const isWanted = phaseOf(item) === "complete" && hasThumbnails(item.fileName)
  const image = useThumbnail(client, { documentId: isWanted ? item.documentId : undefined, page: 1, place })
  return (
    <span ref={place} className="document-type" data-image={image !== undefined || undefined} aria-hidden="true">
      {image === undefined ? extensionOf(item.fileName) : <img src={image} alt="" />}
    </span>
  )
}

function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf(".")
  return dot > 0 ? fileName.slice(dot + 1, dot + 5).toUpperCase() : "?"
}
