// The buttons that lead to the next and the previous page of a list.

/** @param starts where each page after the first begins, up to the page that is shown */
export function Pages({
  starts,
  next,
  onMove,
}: {
  starts: readonly string[]
  next: string | undefined
  onMove(starts: readonly string[]): void
}) {
  if (starts.length === 0 && next === undefined) return null
  return (
    <div class="buttons">
      <button type="button" disabled={starts.length === 0} onClick={() => onMove(starts.slice(0, -1))}>
        Previous
      </button>
      <span>Page {starts.length + 1}</span>
      <button
        type="button"
        disabled={next === undefined}
        onClick={() => next !== undefined && onMove([...starts, next])}
      >
        Next
      </button>
    </div>
  )
}
