// Wraps a PNG or JPEG image into a PDF of one page, so that PDFium decodes and scales it: PDF has their data in the same form.
import { readImage } from "../document-processor/read/image.ts"
import type { ImageSize } from "../document-processor/read/image-directories.ts"
import { jpegComponents } from "../document-processor/read/jpeg-header.ts"
import { type PdfObject, pdfOf } from "./write-pdf.ts"

/** Of the page, in points. PDF allows at most 14,400. */
const longestSide = 1_000

/** What describes the data of an image in a PDF, and the function that its colors need. */
type ImageData = { entries: string; data: Uint8Array; tint?: PdfObject }

/**
 * @returns undefined for other formats, and for a PNG image that is interlaced
 * @throws DocumentError for an image that is damaged or too large
 */
export function imageAsPdf(bytes: Uint8Array): Uint8Array | undefined {
  const [size] = readImage(bytes)?.pages ?? []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const image = size && (jpegData(bytes, view) ?? pngData(bytes, view))
  if (!image) return undefined
  return pdfOf([
    { entries: "/Type /Catalog /Pages 2 0 R" },
    { entries: "/Type /Pages /Kids [3 0 R] /Count 1" },
    ...pageWith(size),
    {
      entries: `/Type /XObject /Subtype /Image /Width ${size.width} /Height ${size.height} ${image.entries}`,
      data: image.data,
    },
    image.tint ?? { entries: "" },
  ])
}

const imageObject = "5 0 R"
const tintObject = "6 0 R"
// Clockwise, by the orientation of EXIF. That an image is mirrored as well is ignored.
const rotations = [0, 0, 0, 180, 180, 90, 90, 270, 270]

/** The page and its content: the image, on the whole page. */
function pageWith({ width, height, orientation }: ImageSize): PdfObject[] {
  const scale = longestSide / Math.max(width, height)
  const [x, y] = [width, height].map((side) => Math.max(1, Math.round(side * scale)))
  const rotate = `/Rotate ${rotations[orientation] ?? 0}`
  return [
    {
      entries: `/Type /Page /Parent 2 0 R /MediaBox [0 0 ${x} ${y}] ${rotate} /Contents 4 0 R /Resources << /XObject << /I ${imageObject} >> >>`,
    },
    { entries: "", data: Buffer.from(`${x} 0 0 ${y} 0 0 cm /I Do`) },
  ]
}

const deviceColors = new Map([
  [1, "/DeviceGray"],
  [3, "/DeviceRGB"],
  // Programs that write CMYK invert it.
  [4, "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]"],
])

function jpegData(bytes: Uint8Array, view: DataView): ImageData | undefined {
  if (view.getUint16(0) !== 0xff_d8) return undefined
  const colors = deviceColors.get(jpegComponents(view))
  return colors === undefined
    ? undefined
    : { entries: `/Filter /DCTDecode /BitsPerComponent 8 /ColorSpace ${colors}`, data: bytes }
}

/** Source: the PNG specification, 11.2.1: the names of the channels by color type. Alpha is the last channel of two of them. */
const pngChannels = new Map<number, readonly string[]>([
  [0, ["Gray"]],
  [2, ["Red", "Green", "Blue"]],
  [3, ["Index"]],
  [4, ["Gray", "Alpha"]],
  [6, ["Red", "Green", "Blue", "Alpha"]],
])

function pngData(bytes: Uint8Array, view: DataView): ImageData | undefined {
  if (view.getUint32(0) !== 0x89_50_4e_47) return undefined
  const header = {
    width: view.getUint32(16),
    bits: view.getUint8(24),
    type: view.getUint8(25),
    isInterlaced: view.getUint8(28) !== 0,
  }
  const channels = pngChannels.get(header.type)
  if (!channels || header.isInterlaced) return undefined
  const { palette, data } = pngChunks(bytes, view)
  const { space, tint } = pngColors(channels, palette)
  // Predictor 15: each line names its filter, as in PNG.
  const parameters = `/Predictor 15 /Colors ${channels.length} /BitsPerComponent ${header.bits} /Columns ${header.width}`
  return {
    entries: `/Filter /FlateDecode /DecodeParms << ${parameters} >> /BitsPerComponent ${header.bits} /ColorSpace ${space}`,
    data,
    ...(tint && { tint }),
  }
}

function pngColors(channels: readonly string[], palette: Uint8Array): { space: string; tint?: PdfObject } {
  if (channels[0] === "Index") {
    const hex = Buffer.from(palette).toString("hex")
    return { space: `[/Indexed /DeviceRGB ${Math.max(0, palette.length / 3 - 1)} <${hex}>]` }
  }
  const device = channels.length > 2 ? "/DeviceRGB" : "/DeviceGray"
  if (channels.at(-1) !== "Alpha") return { space: device }
  // Transparency is left out: a function drops the channel.
  const names = channels.map((name) => `/${name}`).join(" ")
  const ranges = (count: number) => "0 1 ".repeat(count).trim()
  return {
    space: `[/DeviceN [${names}] ${device} ${tintObject}]`,
    tint: {
      entries: `/FunctionType 4 /Domain [${ranges(channels.length)}] /Range [${ranges(channels.length - 1)}]`,
      data: Buffer.from("{ pop }"),
    },
  }
}

/** Data that ends early makes an image whose rest is empty. */
function pngChunks(bytes: Uint8Array, view: DataView): { palette: Uint8Array; data: Uint8Array } {
  let palette = new Uint8Array()
  const parts: Uint8Array[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1")
    const content = bytes.subarray(at + 8, at + 8 + length)
    if (type === "PLTE") palette = new Uint8Array(content)
    if (type === "IDAT") parts.push(content)
    at += 12 + length
  }
  return { palette, data: Buffer.concat(parts) }
}
