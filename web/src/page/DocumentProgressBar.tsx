// The progress bar of a document, with one segment per page as long as the segments are distinguishable.
import type { CSSProperties } from "react"
import { ProgressBar } from "react-aria-components"

// The largest number of distinguishable segments, on narrow screens and on wide ones.
const maxSegmentsNarrow = 40
const maxSegmentsWide = 100

type DocumentProgressBarProps = {
  label: string
  line: string
  /** 0 to 100; undefined while it is unknown. */
  percent: number | undefined
  pagesProcessed: number
  /** Zero until the document has been opened. */
  pages: number
  isUpload: boolean
  /** Whether no news arrives. */
  isStalled: boolean
}

export function DocumentProgressBar({
  label,
  line,
  percent,
  pagesProcessed,
  pages,
  isUpload,
  isStalled,
}: DocumentProgressBarProps) {
  const isSegmented = !isUpload && pages > 1 && pages <= maxSegmentsWide
  // By pages, because a whole percentage would end in the middle of a segment.
  const done = isSegmented ? pagesProcessed / pages : (percent ?? 0) / 100
  return (
    <ProgressBar
      className="bar"
      aria-label={label}
      isIndeterminate={percent === undefined}
      value={percent ?? 0}
      valueLabel={line}
      data-upload={isUpload || undefined}
      data-stalled={isStalled || undefined}
      data-segments={!isSegmented ? undefined : pages <= maxSegmentsNarrow ? "few" : "many"}
    >
      <div className="bar-track" style={{ "--segments": pages } as CSSProperties}>
        <div className="bar-fill" style={{ "--done": done } as CSSProperties} />
      </div>
    </ProgressBar>
  )
}
