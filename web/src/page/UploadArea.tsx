// The area where files are dropped, pasted or chosen for upload.
import { readableTypes } from "@document-insight/protocol"
import { useEffect, useRef } from "react"
import { Button, DropZone, type DropZoneProps, FileTrigger, Text } from "react-aria-components"
import { PagesIllustration } from "./PagesIllustration.tsx"

// Types and extensions, because some systems know only a file's extension and some file dialogs filter only by type.
const accepted = Object.entries(readableTypes).flatMap(([type, extensions]) => [
  type,
  ...extensions.map((extension) => `.${extension}`),
])

type UploadAreaProps = {
  isCompact: boolean
  onFiles: (files: File[]) => void
}

export function UploadArea({ isCompact, onFiles }: UploadAreaProps) {
  useFilesDroppedOutside(onFiles)

  const onDrop: NonNullable<DropZoneProps["onDrop"]> = async ({ items }) => {
    const files = await Promise.all(items.map((item) => (item.kind === "file" ? item.getFile() : undefined)))
    const present = files.filter((file) => file !== undefined)
    if (present.length > 0) onFiles(present)
  }

  return (
    <DropZone
      className="upload-area"
      data-compact={isCompact || undefined}
      onDrop={onDrop}
      aria-label="Drop documents here"
    >
      {!isCompact && <PagesIllustration />}
      <div className="upload-area-text">
        <Text slot="label" className="upload-area-label">
          {isCompact ? "Drop more documents here" : "Drop documents here"}
        </Text>
        <p className="upload-area-types">PDF, Word, text, Markdown or HTML, up to 50 MB each</p>
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

/** Uploads files that are dropped outside the area too, because the browser would open them and leave the page. */
function useFilesDroppedOutside(onFiles: (files: File[]) => void): void {
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
