// The view and the selected item in the address: `#/timeline/{event}`, `#/connections/{connection id}`.

export const views = ["timeline", "connections", "composer", "data", "deployment", "metrics", "faults"] as const
export type View = (typeof views)[number]

export type Place = { view: View; item: string | undefined }

export function readPlace(hash: string): Place {
  const [, name = "", item = ""] = hash.split("/")
  const view = views.find((one) => one === name) ?? "timeline"
  return { view, item: item === "" ? undefined : decodeURIComponent(item) }
}

/** Shows another item without a new entry in the browser's history. */
export function showItem(view: View, item: string): void {
  history.replaceState(null, "", hashOf(view, item))
  dispatchEvent(new HashChangeEvent("hashchange"))
}

export function hashOf(view: View, item?: string): string {
  return item === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(item)}`
}
