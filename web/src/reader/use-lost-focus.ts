// Focuses an element when it appears, if the focused element disappeared in the same step, as a link does whose view is
// replaced. Otherwise the focus would return to the top of the page.
import { type RefObject, useEffect, useRef } from "react"

export function useLostFocus<Element extends HTMLElement>(): RefObject<Element | null> {
  const element = useRef<Element>(null)
  useEffect(() => {
    const { activeElement, body } = document
    if (activeElement === null || activeElement === body) element.current?.focus({ preventScroll: true })
  }, [])
  return element
}
