// Takes files that are dropped or pasted anywhere on the page. Otherwise the browser opens a dropped file and leaves the
// page.
import { useEffect, useRef, useState } from "react"
import { type DroppedFiles, filesOf } from "../documents/dropped-files.ts"

/**
 * @param isSupported whether a file of this name is taken from a dropped folder
 * @returns whether files are being dragged over the page
 */
export function useDroppedFiles(
  isSupported: (name: string) => boolean,
  onFiles: (dropped: DroppedFiles) => void,
): boolean {
  const newest = useRef({ isSupported, onFiles })
  const [isDragging, setDragging] = useState(false)
  useEffect(() => {
    newest.current = { isSupported, onFiles }
  })
  useEffect(() => {
    const take = (event: Event, data: DataTransfer | null) => {
      if (!data?.types.includes("Files")) return
      event.preventDefault()
      void filesOf(data, newest.current.isSupported).then((dropped) => newest.current.onFiles(dropped))
    }
    const onDragOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return
      event.preventDefault()
      setDragging(true)
    }
    const onDragLeave = (event: DragEvent) => {
      // Without a related target the pointer has left the window.
      if (event.relatedTarget === null) setDragging(false)
    }
    const onDrop = (event: DragEvent) => {
      setDragging(false)
      take(event, event.dataTransfer)
    }
    const onPaste = (event: ClipboardEvent) => take(event, event.clipboardData)
    window.addEventListener("dragover", onDragOver)
    window.addEventListener("dragleave", onDragLeave)
    window.addEventListener("drop", onDrop)
    window.addEventListener("paste", onPaste)
    return () => {
      window.removeEventListener("dragover", onDragOver)
      window.removeEventListener("dragleave", onDragLeave)
      window.removeEventListener("drop", onDrop)
      window.removeEventListener("paste", onPaste)
    }
  }, [])
  return isDragging
}
