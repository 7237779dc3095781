// Writes the numbers of a workbook as their cells show them, as far as it matters for readers: dates, times and percentages
// (SpreadsheetML, ECMA-376 part 1, section 18.8.30).
import type { OfficePackage } from "./office-package.ts"

type Kind = "date" | "time" | "date and time" | "percentage"

const dayMs = 86_400_000
const minuteMs = 60_000
// Days before 1970-01-01. The first count has a 29 February 1900, which did not exist, so it is right from March on.
const epochs = { 1900: 25_569, 1904: 24_107 }
const maxDays = 2_958_465

/** Of numbers without a format code of their own; those from 27 on are of China, Japan and Korea. */
const builtIn = new Map<number, Kind>([
  [9, "percentage"],
  [10, "percentage"],
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id): [number, Kind] => [id, "date"]),
  ...[18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56].map((id): [number, Kind] => [id, "time"]),
  [22, "date and time"],
])

/** Formats by the index of a cell's style. */
export class CellFormats {
  readonly #kinds: (Kind | undefined)[] = []
  readonly #epoch: number

  /** @param part undefined when the workbook has no styles */
  constructor(office: OfficePackage, part: string | undefined, { is1904 }: { is1904: boolean }) {
    this.#epoch = is1904 ? epochs[1904] : epochs[1900]
    if (part !== undefined) this.#read(office, part)
  }

  /** @param value a number as the file has it */
  format(value: string, style: number): string {
    const number = Number(value)
    if (value.trim() === "" || !Number.isFinite(number)) return value
    const kind = this.#kinds[style]
    if (kind === "percentage") return `${withoutNoise(number * 100)}%`
    if (kind === undefined || number < 0 || number > maxDays) return withoutNoise(number)
    const at = new Date(Math.round(((number - this.#epoch) * dayMs) / minuteMs) * minuteMs).toISOString()
    const [date = "", time = ""] = [at.slice(0, 10), at.slice(11, 16)]
    if (kind === "time") return number < 1 ? time : withoutNoise(number)
    return kind === "date" ? date : `${date} ${time}`
  }

  #read(office: OfficePackage, part: string): void {
    const custom = new Map<number, Kind | undefined>()
    let element = ""
    let id = 0
    let isCell = false
    office.parsePart(part, {
      onOpen: (name) => {
        element = name
        if (name === "cellXfs") isCell = true
        if (name === "xf" && isCell) this.#kinds.push(undefined)
      },
      onAttribute: (name, value) => {
        if (name === "numFmtId") id = Number(value)
        if (element === "numFmt" && name === "formatCode") custom.set(id, kindOf(value))
        if (element !== "xf" || name !== "numFmtId" || !isCell) return
        this.#kinds[this.#kinds.length - 1] = custom.has(id) ? custom.get(id) : builtIn.get(id)
      },
      onClose: (name) => {
        if (name === "cellXfs") isCell = false
      },
    })
  }
}

/** @param code such as `dd/mm/yyyy;@`: of several sections, the first is that of positive numbers */
function kindOf(code: string): Kind | undefined {
  // Literals, escaped characters, and what is in brackets: colors, conditions and languages. Durations are not times of a day.
  const signs = code.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, "").split(";", 1)[0] ?? ""
  if (/general|[#?]|\b0/i.test(signs)) return signs.includes("%") ? "percentage" : undefined
  const hasDate = /[yd年月日]|^m+$|\bm{3,}/i.test(signs)
  const hasTime = /[hs]/i.test(signs)
  if (hasDate) return hasTime ? "date and time" : "date"
  return hasTime ? "time" : undefined
}

/** Numbers have 15 digits in cells, and 17 in files. */
function withoutNoise(number: number): string {
  return String(Number(number.toPrecision(15)))
}
