// Which files the dialog of the browser offers.
import { imageTypes, readableTypes } from "@document-insight/protocol"

// Types and extensions, because some systems know only a file's extension and some file dialogs filter only by type.
const accepting = (types: typeof readableTypes) =>
  Object.entries(types)
    .flatMap(([type, extensions]) => [type, ...extensions.map((extension) => `.${extension}`)])
    .join(",")
const accepted = accepting(readableTypes)
const acceptedWithImages = accepting({ ...readableTypes, ...imageTypes })

/** For the attribute `accept` of an input. */
export function acceptedFiles(acceptsImages: boolean): string {
  return acceptsImages ? acceptedWithImages : accepted
}
