// A line that unfolds its details. They are rendered only while they are open, because a list may have hundreds.
import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"

export function Fold({ summary, children }: { summary: ComponentChildren; children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  )
}
