// The area where files are chosen. Files can be dropped or pasted anywhere on the page.
import { acceptedFiles } from "./accepted-files.ts"
import { PagesIllustration } from "./PagesIllustration.tsx"

type UploadAreaProps = {
  acceptsImages: boolean
  isCompact: boolean
  isDropTarget: boolean
  onFiles: (files: File[]) => void
}

/** A label, so that a click anywhere in it opens the file dialog. The input itself takes the focus and the keys. */
export function UploadArea({ acceptsImages, isCompact, isDropTarget, onFiles }: UploadAreaProps) {
  return (
    <label
      className="upload-area"
      data-compact={isCompact || undefined}
      data-drop-target={isDropTarget || undefined}
      data-testid="upload-area"
    >
      <input
        type="file"
        className="visually-hidden"
        multiple
        accept={acceptedFiles(acceptsImages)}
        aria-label="Choose documents to upload"
        aria-describedby="upload-types"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])]
          // The same file can be chosen again.
          currentTarget.value = ""
          if (files.length > 0) onFiles(files)
        }}
      />
      {!isCompact && <PagesIllustration />}
      <span className="upload-area-text">
        <span className="upload-area-label">
          {isDropTarget ? "Drop to upload" : <Invitation isCompact={isCompact} />}
        </span>
        <span className="upload-area-types" id="upload-types">
          PDF, Office and OpenDocument files, <span>e-books</span>, <span>e-mails</span>
          {acceptsImages && ", images"} or text, up to <span>50 MB</span> each
        </span>
      </span>
      <span className="button button-primary" aria-hidden="true">
        Choose files
      </span>
    </label>
  )
}

/** Nothing can be dropped with a finger, or on a narrow screen. */
function Invitation({ isCompact }: { isCompact: boolean }) {
  return (
    <>
      <span className="for-mouse">{isCompact ? "Drop or paste more documents" : "Drop documents or folders here"}</span>
      <span className="for-touch">{isCompact ? "Upload more documents" : "Upload documents"}</span>
    </>
  )
}
