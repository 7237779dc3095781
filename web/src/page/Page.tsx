// The page: header, upload area, and one card per document.
import { useRef, useSyncExternalStore } from "react"
import type { DocumentList } from "../documents/document-list.ts"
import { ConnectionBadge } from "./ConnectionBadge.tsx"
import { DocumentCard } from "./DocumentCard.tsx"
import { Logo } from "./Logo.tsx"
import { UploadArea } from "./UploadArea.tsx"

export function Page({ documentList, envName }: { documentList: DocumentList; envName: string }) {
  const items = useSyncExternalStore(documentList.subscribe, documentList.getSnapshot)
  const heading = useRef<HTMLHeadingElement>(null)
  const isEmpty = items.length === 0

  // The focused button disappears with its card, and the focus would return to the top of the page.
  const remove = (key: string) => {
    documentList.remove(key)
    heading.current?.focus()
  }

  return (
    <div className="page" data-empty={isEmpty || undefined}>
      <header className="page-header">
        <p className="wordmark">
          <Logo />
          Document Insight
          {envName !== "prod" && <span className="environment">{envName}</span>}
        </p>
        <ConnectionBadge />
      </header>
      <main>
        <div className="introduction">
          <h1 ref={heading} tabIndex={-1}>
            Upload a document. <span>Follow its progress live.</span>
          </h1>
          {isEmpty && (
            <p className="lead">
              Page by page, in real time. Then its summary, reading time and key phrases, and the people, places and
              organizations that it mentions.
            </p>
          )}
        </div>
        <UploadArea isCompact={!isEmpty} onFiles={(files) => documentList.add(files)} />
        {!isEmpty && (
          <section aria-label="Documents" className="documents">
            {items.map((item) => (
              <DocumentCard
                key={item.key}
                item={item}
                onRemove={() => remove(item.key)}
                onRetry={() => documentList.retry(item.key)}
                onComplete={() => documentList.loadInsights(item.key)}
              />
            ))}
          </section>
        )}
      </main>
    </div>
  )
}
