// The image of the page that the reader shows, beside its text. Its place has the same size before and after it arrives.
import { useRef } from "react"
import { useExpandedDocument } from "./document-view-context.ts"
import { useThumbnail } from "./use-thumbnail.ts"

export function PageImage({ page }: { page: number }) {
  const { documentId, client } = useExpandedDocument()
  const place = useRef<HTMLDivElement>(null)
  const image = useThumbnail(client, { documentId, page, place })
  return (
    <div ref={place} className="reader-image">
      {image !== undefined && <img src={image} alt={`Page ${page} as it looks`} />}
    </div>
  )
}
