// The whole page: a place to hand documents in, and one card for each.
import { useRef, useSyncExternalStore } from "react"
import type { DocumentList } from "../documents/document-list.ts"
import { ConnectionBadge } from "./ConnectionBadge.tsx"
import { DocumentCard } from "./DocumentCard.tsx"
import { HandInZone } from "./HandInZone.tsx"
import { Logo } from "./Logo.tsx"

export function Page({ documentList, envName }: { documentList: DocumentList; envName: string }) {
  const items = useSyncExternalStore(documentList.subscribe, documentList.getSnapshot)
  const heading = useRef<HTMLHeadingElement>(null)
  const isEmpty = items.length === 0

  // The button that had the focus disappears with its card: without this, a keyboard would start at the top again.
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
            Hand in a document. <span>Watch it being read.</span>
          </h1>
          {isEmpty && (
            <p className="lead">
              Page by page, as it happens: what it says in short, how long it takes to read, and who and what it is
              about.
            </p>
          )}
        </div>
        <HandInZone isCompact={!isEmpty} onFiles={(files) => documentList.add(files)} />
        {!isEmpty && (
          <section aria-label="Documents" className="documents">
            {items.map((item) => (
              <DocumentCard
                key={item.key}
                item={item}
                onRemove={() => remove(item.key)}
                onTryAgain={() => documentList.tryAgain(item.key)}
                onComplete={() => documentList.loadInsights(item.key)}
              />
            ))}
          </section>
        )}
      </main>
    </div>
  )
}
