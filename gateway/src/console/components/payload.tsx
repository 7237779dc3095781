// A payload below a heading that folds it. JSON is indented.
import { pretty } from "../state/format.ts"

export function Payload({ title, text, isOpen = true }: { title: string; text: string | undefined; isOpen?: boolean }) {
  if (text === undefined) return null
  return (
    <details open={isOpen}>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it. */}
      <pre tabIndex={0}>{pretty(text)}</pre>
    </details>
  )
}
