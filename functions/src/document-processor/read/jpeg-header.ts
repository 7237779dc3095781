// Reads the header of a JPEG image: its size, its color components, and how the camera was turned, which phones store instead
// of turning the image.
import { DocumentError } from "../document-error.ts"
import { exifOrientation, type ImageSize } from "./image-directories.ts"

const exifMarker = 0xe1
const startOfScan = 0xda
// SOF0 to SOF15, without the three markers among them that are not frames: DHT, JPG and DAC.
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

/** @throws RangeError when the file ends within its header; DocumentError CORRUPT without a size */
export function readJpegHeader(view: DataView): ImageSize {
  const { at, orientation } = findFrame(view)
  return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), orientation }
}

/**
 * 1: gray, 3: color, 4: CMYK.
 * @throws as readJpegHeader
 */
export function jpegComponents(view: DataView): number {
  return view.getUint8(findFrame(view).at + 9)
}

/** The frame header, and the orientation in the segments before it. */
function findFrame(view: DataView): { at: number; orientation: number } {
  let orientation = 1
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) throw new DocumentError("CORRUPT")
    const marker = view.getUint8(at + 1)
    const length = view.getUint16(at + 2)
    if (isFrame(marker)) return { at, orientation }
    if (marker === startOfScan || length < 2) throw new DocumentError("CORRUPT")
    if (marker === exifMarker) orientation = orientationIn(view, { at: at + 4, length: length - 2 })
    at += 2 + length
  }
}

/** EXIF data that is damaged does not make the image unreadable. */
function orientationIn(view: DataView, { at, length }: { at: number; length: number }): number {
  try {
    const isExif = view.getUint32(at) === 0x45_78_69_66
    return isExif ? exifOrientation(new DataView(view.buffer, view.byteOffset + at + 6, length - 6)) : 1
  } catch (error) {
    if (error instanceof RangeError) return 1
    throw error
  }
}
