// Where documents are handed in: dropped, pasted, or chosen.
import { readableTypes } from "@document-insight/protocol"
import { useEffect, useRef } from "react"
import { Button, DropZone, type DropZoneProps, FileTrigger, Text } from "react-aria-components"
import { Pages } from "./Pages.tsx"

// Both: some systems know a file's type only by its extension, some file dialogs only filter by type.
const accepted = Object.entries(readableTypes).flatMap(([type, extensions]) => [
  type,
  ...extensions.map((extension) => `.${extension}`),
])

type HandInZoneProps = {
  isCompact: boolean
  onFiles: (files: File[]) => void
}

export function HandInZone({ isCompact, onFiles }: HandInZoneProps) {
  useFilesDroppedBesides(onFiles)

  const onDrop: NonNullable<DropZoneProps["onDrop"]> = async ({ items }) => {
    const files = await Promise.all(items.map((item) => (item.kind === "file" ? item.getFile() : undefined)))
    const present = files.filter((file) => file !== undefined)
    if (present.length > 0) onFiles(present)
  }

  return (
    <DropZone
      className="hand-in"
      data-compact={isCompact || undefined}
      onDrop={onDrop}
      aria-label="Drop documents here"
    >
      {!isCompact && <Pages />}
      <div className="hand-in-words">
        <Text slot="label" className="hand-in-label">
          {isCompact ? "Drop more documents here" : "Drop documents here"}
        </Text>
        <p className="hand-in-types">PDF, Word, text, Markdown or HTML, up to 50 MB each</p>
      </div>
      <FileTrigger
        allowsMultiple
        acceptedFileTypes={accepted}
        onSelect={(files) => files && files.length > 0 && onFiles([...files])}
      >
        <Button className="button button-primary">Choose files</Button>
      </FileTrigger>
    </DropZone>
  )
}

/** A file that misses the zone would make the browser leave the page and open it: it is taken as handed in instead. */
function useFilesDroppedBesides(onFiles: (files: File[]) => void): void {
  const newest = useRef(onFiles)
  useEffect(() => {
    newest.current = onFiles
  })
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault()
    }
    const onDrop = (event: DragEvent) => {
      if (event.defaultPrevented || !event.dataTransfer || event.dataTransfer.files.length === 0) return
      event.preventDefault()
      newest.current([...event.dataTransfer.files])
    }
    window.addEventListener("dragover", onDragOver)
    window.addEventListener("drop", onDrop)
    return () => {
      window.removeEventListener("dragover", onDragOver)
      window.removeEventListener("drop", onDrop)
    }
  }, [])
}
