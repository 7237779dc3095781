// Copies a text to the clipboard, and says whether that was possible.
import { type ReactNode, useEffect, useState } from "react"
import { Button } from "react-aria-components"

const shownMs = 2_000

type CopyButtonProps = {
  label: string
  text: () => string
  /** What to do when the browser does not allow copying. */
  advice: string
  /** The name of what is copied, for screen readers. */
  of?: string
  /** Shown instead of the label, where many buttons have the same one: the content of an SVG of 20 by 20. */
  icon?: ReactNode
}

export function CopyButton({ label, text, advice, of, icon }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "failed">()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), shownMs)
    return () => clearTimeout(timer)
  }, [outcome])
  // Without TLS a browser has no clipboard.
  const copy = async () => {
    const isCopied = await navigator.clipboard?.writeText(text()).then(
      () => true,
      () => false,
    )
    setOutcome(isCopied ? "copied" : "failed")
  }
  return (
    <>
      {icon === undefined ? (
        <Button className="button button-small" onPress={copy}>
          {outcome === "copied" ? "Copied" : outcome === "failed" ? "Not allowed" : label}
          {of !== undefined && <span className="visually-hidden"> to {of}</span>}
        </Button>
      ) : (
        <Button className="button-quiet" aria-label={of === undefined ? label : `${label} to ${of}`} onPress={copy}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            {outcome === "copied" ? <path d="M4.5 10.5l3.5 3.5 7.5-8" /> : icon}
          </svg>
        </Button>
      )}
      <span className="visually-hidden" role="status">
        {outcome === "copied" && `${label}: copied`}
        {outcome === "failed" && `The browser does not allow copying. ${advice}`}
      </span>
    </>
  )
}
