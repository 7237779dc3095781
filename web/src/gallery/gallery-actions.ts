// What a person does on the page, in states of the gallery.
import type { GalleryWorld } from "./world.ts"

export const file = (name: string, megabytes: number) => new File([new Uint8Array(megabytes * 1_000_000)], name)

export async function addFiles(world: GalleryWorld, files: File[]): Promise<void> {
  world.opened.documentList.add(files)
  await world.settled()
}

export function drag(): void {
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File(["x"], "minutes.docx"))
  window.dispatchEvent(new DragEvent("dragover", { dataTransfer, cancelable: true }))
}

/** Types into a field as a person does: React reads the value in its `input` event. */
export function enter(selector: string, text: string): void {
  const input = document.querySelector<HTMLInputElement>(selector)
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value") ?? {}
  if (!input || !set) throw new Error(`The page has no field ${selector}.`)
  set.call(input, text)
  input.dispatchEvent(new Event("input", { bubbles: true }))
}
