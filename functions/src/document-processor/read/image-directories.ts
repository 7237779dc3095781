// Reads the directories of TIFF files, which the EXIF data of photographs has too: size, orientation, and the next page.
import { maxPages } from "./reading-limits.ts"

export type ImageSize = {
  width: number
  height: number
  /** As EXIF numbers it; 1 is upright. */
  orientation: number
}

const widthTag = 0x100
const heightTag = 0x101
const orientationTag = 0x112
const shortType = 3

export function isTiff(view: DataView): boolean {
  if (view.byteLength < 8) return false
  const magic = view.getUint32(0)
  return magic === 0x49_49_2a_00 || magic === 0x4d_4d_00_2a
}

/** @throws RangeError when a directory is outside of the file */
export function tiffPages(view: DataView): ImageSize[] {
  return directoriesOf(view).map(({ sizes }) => sizes)
}

/** The orientation of EXIF data, which starts like a TIFF file. */
export function exifOrientation(view: DataView): number {
  return isTiff(view) ? readDirectory(view, firstDirectory(view)).sizes.orientation : 1
}

/** The file with this page as its first one, because readers of images read only that. */
export function selectTiffPage(bytes: Uint8Array, page: number): Uint8Array {
  const directory = directoriesOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))[page - 1]
  const selected = new Uint8Array(bytes)
  const view = new DataView(selected.buffer)
  if (directory) view.setUint32(4, directory.at, isLittleEndian(view))
  return selected
}

type Directory = { at: number; next: number; sizes: ImageSize }

/** A directory that was read before ends the list, which would be endless otherwise. */
function directoriesOf(view: DataView): Directory[] {
  const directories = new Map<number, Directory>()
  let at = firstDirectory(view)
  while (at !== 0 && !directories.has(at) && directories.size <= maxPages) {
    const directory = readDirectory(view, at)
    directories.set(at, directory)
    at = directory.next
  }
  return [...directories.values()]
}

function readDirectory(view: DataView, at: number): Directory {
  const isLittle = isLittleEndian(view)
  const entries = view.getUint16(at, isLittle)
  const sizes = { width: 0, height: 0, orientation: 1 }
  for (let entry = at + 2; entry < at + 2 + entries * 12; entry += 12) {
    const tag = view.getUint16(entry, isLittle)
    const isShort = view.getUint16(entry + 2, isLittle) === shortType
    const value = isShort ? view.getUint16(entry + 8, isLittle) : view.getUint32(entry + 8, isLittle)
    if (tag === widthTag) sizes.width = value
    else if (tag === heightTag) sizes.height = value
    else if (tag === orientationTag && value >= 1 && value <= 8) sizes.orientation = value
  }
  return { at, next: view.getUint32(at + 2 + entries * 12, isLittle), sizes }
}

function firstDirectory(view: DataView): number {
  return view.getUint32(4, isLittleEndian(view))
}

function isLittleEndian(view: DataView): boolean {
  return view.getUint8(0) === 0x49
}
