// Reports what a browser knows about the network before a timer notices: online, offline, page visible again.

export type NetworkHint = "try-now" | "check"

/** Calls `run` with every hint until the returned function is called. */
export type NetworkHints = (run: (hint: NetworkHint) => void) => () => void

type Target = {
  addEventListener(name: string, listener: () => void): void
  removeEventListener(name: string, listener: () => void): void
}

/** `online`, `offline` and `visibilitychange` of a page. No hints without a page (Node.js, workers). */
export const pageHints: NetworkHints = (run) => {
  const { window, document } = globalThis as {
    window?: Target
    document?: Target & { visibilityState: string }
  }
  if (!window || !document) return () => {}
  const online = () => run("try-now")
  const offline = () => run("check")
  const visible = () => {
    if (document.visibilityState === "visible") run("try-now")
  }
  window.addEventListener("online", online)
  window.addEventListener("offline", offline)
  document.addEventListener("visibilitychange", visible)
  return () => {
    window.removeEventListener("online", online)
    window.removeEventListener("offline", offline)
    document.removeEventListener("visibilitychange", visible)
  }
}
