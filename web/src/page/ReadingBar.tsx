// A bar that moves page by page: one segment for each page, as long as segments can be told apart.
import type { CSSProperties } from "react"
import { ProgressBar } from "react-aria-components"

// More segments than this could not be told apart: on a narrow screen, and on any.
const fewSegments = 40
const mostSegments = 100

type ReadingBarProps = {
  label: string
  line: string
  /** 0 to 100; undefined while nobody can tell. */
  percent: number | undefined
  pagesRead: number
  /** Zero until the document has been opened. */
  pages: number
  isUpload: boolean
}

export function ReadingBar({ label, line, percent, pagesRead, pages, isUpload }: ReadingBarProps) {
  const isSegmented = !isUpload && pages > 1 && pages <= mostSegments
  // Whole percents would end in the middle of a page.
  const done = isSegmented ? pagesRead / pages : (percent ?? 0) / 100
  return (
    <ProgressBar
      className="bar"
      aria-label={label}
      isIndeterminate={percent === undefined}
      value={percent ?? 0}
      valueLabel={line}
      data-upload={isUpload || undefined}
      data-segments={!isSegmented ? undefined : pages <= fewSegments ? "few" : "many"}
    >
      <div className="bar-track" style={{ "--segments": pages } as CSSProperties}>
        <div className="bar-fill" style={{ "--done": done } as CSSProperties} />
      </div>
    </ProgressBar>
  )
}
