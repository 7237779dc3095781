// Buttons that copy an event as a command or a test.
import { useState } from "preact/hooks"
import type { CopyForm } from "../state/copy-as.ts"

export function CopyActions({ forms }: { forms: readonly CopyForm[] }) {
  const [copied, setCopied] = useState("")

  async function copy({ name, text }: CopyForm): Promise<void> {
    await navigator.clipboard.writeText(text)
    setCopied(name)
  }

  return (
    <div class="actions">
      {forms.map((form) => (
        <button key={form.name} type="button" onClick={() => copy(form)}>
          {copied === form.name ? `Copied ${form.name}` : `Copy as ${form.name}`}
        </button>
      ))}
    </div>
  )
}
