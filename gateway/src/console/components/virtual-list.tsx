// A list that renders only the rows in view, however many there are. It follows the end while it is scrolled there.
import type { ComponentChildren } from "preact"
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks"
import type { Row } from "../state/row.ts"

const ROW_HEIGHT = 30
/** Rows above and below the view. */
const MARGIN = 8

export type VirtualListProps = {
  rows: readonly Row[]
  label: string
  selected: Row | undefined
  onSelect(row: Row): void
  onOpen(): void
  renderRow(row: Row): ComponentChildren
}

export function VirtualList({ rows, label, selected, onSelect, onOpen, renderRow }: VirtualListProps) {
  const list = useRef<HTMLDivElement>(null)
  const followsEnd = useRef(true)
  const [view, setView] = useState({ top: 0, height: 600 })

  useEffect(() => {
    const element = list.current
    if (!element) return
    const observer = new ResizeObserver(() => setView(({ top }) => ({ top, height: element.clientHeight })))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useLayoutEffect(() => {
    const element = list.current
    if (element && followsEnd.current) element.scrollTop = rows.length * ROW_HEIGHT
  }, [rows.length])

  function onScroll(): void {
    const element = list.current
    if (!element) return
    const { scrollTop, clientHeight } = element
    followsEnd.current = rows.length * ROW_HEIGHT - scrollTop - clientHeight < ROW_HEIGHT * 1.5
    setView({ top: scrollTop, height: clientHeight })
  }

  function moveTo(index: number): void {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (!row) return
    onSelect(row)
    const element = list.current
    if (!element) return
    const top = rows.indexOf(row) * ROW_HEIGHT
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + ROW_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = top + ROW_HEIGHT - element.clientHeight
  }

  function onKeyDown(event: KeyboardEvent): void {
    const page = Math.floor(view.height / ROW_HEIGHT) - 1
    const at = selected ? rows.lastIndexOf(selected) : rows.length
    const target = new Map([
      ["ArrowDown", at + 1],
      ["ArrowUp", at - 1],
      ["PageDown", at + page],
      ["PageUp", at - page],
      ["Home", 0],
      ["End", rows.length - 1],
    ]).get(event.key)
    if (event.key === "Enter") onOpen()
    else if (target !== undefined) moveTo(target)
    else return
    event.preventDefault()
  }

  const first = Math.max(0, Math.floor(view.top / ROW_HEIGHT) - MARGIN)
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW_HEIGHT) + MARGIN)
  const inView = rows.slice(first, last)
  return (
    <div
      ref={list}
      class="rows"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={selected && inView.includes(selected) ? idOf(selected) : undefined}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <div class="rows-space" role="presentation" style={{ height: `${rows.length * ROW_HEIGHT}px` }}>
        {inView.map((row, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys.
          <div
            key={row.sequence}
            id={idOf(row)}
            role="option"
            aria-selected={row === selected}
            aria-posinset={first + index + 1}
            aria-setsize={rows.length}
            class="row"
            style={{ transform: `translateY(${(first + index) * ROW_HEIGHT}px)` }}
            onClick={() => onSelect(row)}
          >
            {renderRow(row)}
          </div>
        ))}
      </div>
    </div>
  )
}

function idOf(row: Row): string {
  return `row-${row.sequence}`
}
