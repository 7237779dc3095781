// Asks before the page is left while files are being uploaded: the browser shows its own question. What was removed and can
// still be undone is deleted when the page is left.

export type LeavableList = { readonly isUploading: boolean; readonly removed: { flush(): void } }

export function warnBeforeLeaving(list: LeavableList, tab: Pick<Window, "addEventListener"> = window): void {
  tab.addEventListener("beforeunload", (event) => {
    if (list.isUploading) event.preventDefault()
  })
  tab.addEventListener("pagehide", () => list.removed.flush())
}
