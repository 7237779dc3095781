// The page: header, upload area, and the list of documents, of which one may be expanded.
import { useProgressClient } from "@document-insight/client/react"
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react"
import type { CompletionAlerts } from "../browser/completion-alerts.ts"
import type { DocumentRoute, DocumentView } from "../browser/document-route.ts"
import { useDroppedFiles } from "../browser/use-dropped-files.ts"
import { useLink } from "../browser/use-link.ts"
import { useNow } from "../browser/use-now.ts"
import { type DocumentItem, phaseOf } from "../documents/document-item.ts"
import type { DocumentList } from "../documents/document-list.ts"
import { type DroppedFiles, maxFilesOfFolders } from "../documents/dropped-files.ts"
import { positionOf } from "../documents/queue-position.ts"
import { type SortOrder, selectDocuments } from "../documents/select-documents.ts"
import { pageTitle } from "../formatting/page-title.ts"
import { statusText } from "../formatting/status-text.ts"
import type { TextClient } from "../reader/page-texts.ts"
import { SessionNotice } from "../sign-in/SessionNotice.tsx"
import { ConnectionNotice, outageOf } from "./ConnectionNotice.tsx"
import { DocumentRow, type RowActions } from "./DocumentRow.tsx"
import { ListToolbar } from "./ListToolbar.tsx"
import { PageHeader } from "./PageHeader.tsx"
import { RemovalNotice } from "./RemovalNotice.tsx"
import { UploadArea } from "./UploadArea.tsx"

export type PageProps = {
  documentList: DocumentList
  textClient: TextClient
  route: DocumentRoute
  alerts: CompletionAlerts
  envName: string
  now?: () => number
}

const noView: DocumentView = {}

export function Page({ documentList, textClient, route, alerts, envName, now = Date.now }: PageProps) {
  const client = useProgressClient()
  const items = useSyncExternalStore(documentList.subscribe, documentList.getSnapshot)
  const expandedId = useSyncExternalStore(route.subscribe, route.getSnapshot)
  const view = useSyncExternalStore(route.subscribe, route.getView)
  const { unseen, notifications } = useSyncExternalStore(alerts.subscribe, alerts.getSnapshot)
  const [search, setSearch] = useState("")
  const [order, setOrder] = useState<SortOrder>("newest")
  const [dropNotice, setDropNotice] = useState("")
  /** The only file of an upload, whose document is expanded when it is complete. */
  const [single, setSingle] = useState<string>()
  /** The document of the address that the page was opened with. */
  const [openedId] = useState(expandedId)
  const heading = useRef<HTMLHeadingElement>(null)
  const link = useLink(now)
  const phases = items.map(phaseOf)
  const active = phases.filter((phase) => phase === "active").length
  const time = useNow(now, active > 0 || link.state === "away")
  const expanded = items.find(({ documentId }) => documentId !== undefined && documentId === expandedId)
  const isEmpty = items.length === 0

  const add = (files: readonly File[]) => {
    const [key, ...others] = documentList.add(files)
    setSingle(others.length === 0 ? key : undefined)
    setDropNotice("")
  }
  const isDragging = useDroppedFiles(documentList.isSupported, (dropped) => {
    if (dropped.files.length > 0) add(dropped.files)
    setDropNotice(dropNoticeOf(dropped))
  })

  useEffect(() => {
    if (expandedId !== undefined) documentList.open(expandedId)
  }, [documentList, expandedId])
  useEffect(() => alerts.note(items), [alerts, items])
  const title = pageTitle(items, { unseen, expanded: expanded?.fileName })
  useEffect(() => {
    document.title = title
  }, [title])
  const completed = items.find((item) => item.key === single && phaseOf(item) === "complete")
  useEffect(() => {
    if (!completed) return
    setSingle(undefined)
    if (route.getSnapshot() === undefined) route.go(completed.documentId, { replace: true })
  }, [completed, route])

  const remove = useCallback(
    (removed: readonly DocumentItem[]) => {
      documentList.remove(removed.map(({ key }) => key))
      const shownId = route.getSnapshot()
      if (removed.some(({ documentId }) => documentId !== undefined && documentId === shownId)) route.go(undefined)
      // The focused button disappears with its row, and the focus would return to the top of the page.
      heading.current?.focus()
    },
    [documentList, route],
  )
  const actions = useMemo<RowActions>(
    () => ({
      show: (to, options) => route.go(route.getSnapshot(), { ...options, view: to }),
      toggle: ({ documentId }) => route.go(documentId === route.getSnapshot() ? undefined : documentId),
      remove: (item) => remove([item]),
      cancel: ({ key }) => documentList.cancel(key),
      retry: ({ key }) => documentList.retry(key),
      chooseFile: ({ key }, file) => documentList.chooseFile(key, file),
      unlock: ({ key }, password) => documentList.unlock(key, password),
      loadInsights: ({ key }) => documentList.loadInsights(key),
    }),
    [documentList, route, remove],
  )
  const isFinished = (item: DocumentItem) => phaseOf(item) !== "active"
  const shown = selectDocuments(items, { search, order })
  const context = { now: time, outage: outageOf(link, time) }

  return (
    <div className="page" data-empty={isEmpty || undefined}>
      <PageHeader envName={envName} link={link} onHome={() => route.go(undefined)} />
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
        <SessionNotice />
        <ConnectionNotice link={link} now={time} onTryNow={() => client.connectNow()} />
        <UploadArea
          acceptsImages={documentList.acceptsImages}
          isCompact={!isEmpty}
          isDropTarget={isDragging}
          onFiles={add}
        />
        <p className="drop-notice" role="status">
          {dropNotice}
        </p>
        {!isEmpty && (
          <section aria-label="Documents" className="documents">
            <ListToolbar
              total={items.length}
              active={active}
              finished={items.filter(isFinished).length}
              search={search}
              onSearch={setSearch}
              order={order}
              onOrder={setOrder}
              notifications={notifications}
              onToggleNotifications={() => alerts.toggle()}
              onClearFinished={() => remove(items.filter(isFinished))}
            />
            <div className="rows">
              {shown.map((item) => (
                <DocumentRow
                  key={item.key}
                  item={item}
                  text={statusText(item, { ...context, ...positionOf(items, item) })}
                  isExpanded={item === expanded}
                  acceptsImages={documentList.acceptsImages}
                  isScrolledTo={item.documentId !== undefined && item.documentId === openedId}
                  view={item === expanded ? view : noView}
                  client={textClient}
                  actions={actions}
                />
              ))}
            </div>
            {shown.length === 0 && (
              <p className="no-results">
                No document matches “<bdi>{search.trim()}</bdi>”. Names, titles and key phrases are searched.
              </p>
            )}
          </section>
        )}
      </main>
      <RemovalNotice documentList={documentList} onUndone={() => heading.current?.focus()} />
    </div>
  )
}

function dropNoticeOf({ files, skipped, isTruncated }: DroppedFiles): string {
  const parts: string[] = []
  if (isTruncated) parts.push(`Only the first ${maxFilesOfFolders} files of the folder were added.`)
  else if (files.length === 0) parts.push("There is no supported document in what was dropped.")
  if (skipped > 0) parts.push(`${skipped} ${skipped === 1 ? "file" : "files"} of other types left out.`)
  return parts.join(" ")
}
