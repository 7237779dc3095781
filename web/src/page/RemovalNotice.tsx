// Says what was removed, and lets the person undo it for some seconds.
import { useSyncExternalStore } from "react"
import { Button } from "react-aria-components"
import type { DocumentList } from "../documents/document-list.ts"

type RemovalNoticeProps = { documentList: DocumentList; onUndone: () => void }

export function RemovalNotice({ documentList, onUndone }: RemovalNoticeProps) {
  const { removed: removal } = documentList
  const removed = useSyncExternalStore(removal.subscribe, removal.getSnapshot)
  const [first] = removed
  return (
    <div className="toast-place" role="status">
      {first && (
        // biome-ignore lint/a11y/noStaticElementInteractions: only stops the time while the notice is being read
        <div
          className="toast"
          data-testid="removal-notice"
          onPointerEnter={removal.hold}
          onPointerLeave={removal.release}
          onFocus={removal.hold}
          onBlur={removal.release}
        >
          <span className="toast-text">
            {removed.length === 1 ? (
              <>
                <bdi className="toast-name">{first.item.fileName}</bdi> was removed
              </>
            ) : (
              `${removed.length} documents were removed`
            )}
          </span>
          <Button
            className="button-text"
            onPress={() => {
              documentList.undoRemoval()
              onUndone()
            }}
          >
            Undo
          </Button>
        </div>
      )}
    </div>
  )
}
