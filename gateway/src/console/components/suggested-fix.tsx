// The suggested fix of a denial. Its code is indented, scrolls, and can be copied.
import { useState } from "preact/hooks"
import { fixParts } from "../state/fix-parts.ts"

export function SuggestedFix({ fix }: { fix: string }) {
  return (
    <div class="fix">
      {fixParts(fix).map(({ text, code }) => (
        <div key={`${text} ${code}`}>
          {text !== undefined && <p>{text}</p>}
          {code !== undefined && <Code code={code} />}
        </div>
      ))}
    </div>
  )
}

function Code({ code }: { code: string }) {
  const [isCopied, setCopied] = useState(false)

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(code)
    setCopied(true)
  }

  return (
    <div class="fix-code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it. */}
      <pre tabIndex={0}>{code}</pre>
      <button type="button" onClick={copy}>
        {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  )
}
