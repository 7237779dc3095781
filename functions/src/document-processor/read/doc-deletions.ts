// Finds the text of a .doc that was deleted while changes were tracked, by the properties of its characters.

/** Of bytes in the main stream. */
export type FileRange = { start: number; end: number }

const propertiesOffset = 0xfa
const pageBytes = 512
/** sprmCFRMarkDel */
const isDeletedProperty = 0x0800

/** In the order of the file; none overlaps another. Pages of properties that are damaged delete nothing. */
export function deletedRanges(main: Buffer, table: Buffer): FileRange[] {
  const start = main.readUInt32LE(propertiesOffset)
  const pages = table.subarray(start, start + main.readUInt32LE(propertiesOffset + 4))
  const count = Math.floor((pages.length - 4) / 8)
  // A damaged table may name the same page a million times.
  const offsets = new Set<number>()
  for (let index = 0; index < count; index++) {
    offsets.add((pages.readUInt32LE(4 * (count + 1) + 4 * index) & 0x3fffff) * pageBytes)
  }
  const ranges = [...offsets].flatMap((offset) => {
    const page = main.subarray(offset, offset + pageBytes)
    return page.length === pageBytes ? deletedRunsOf(page) : []
  })
  return merged(ranges.sort((a, b) => a.start - b.start))
}

function merged(sorted: readonly FileRange[]): FileRange[] {
  const result: FileRange[] = []
  for (const range of sorted) {
    const last = result.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else result.push(range)
  }
  return result
}

/** A page has the offsets of its runs of characters, and for each of them where on the page its properties are. */
function deletedRunsOf(page: Buffer): FileRange[] {
  const runs = page.readUInt8(pageBytes - 1)
  const ranges: FileRange[] = []
  if (5 * runs + 4 >= pageBytes) return ranges
  for (let run = 0; run < runs; run++) {
    const position = 2 * page.readUInt8(4 * (runs + 1) + run)
    if (position === 0) continue
    const properties = page.subarray(position + 1, position + 1 + page.readUInt8(position))
    const range = { start: page.readUInt32LE(4 * run), end: page.readUInt32LE(4 * (run + 1)) }
    if (range.end > range.start && areDeleted(properties)) ranges.push(range)
  }
  return ranges
}

// By the upper three bits of a property; undefined: the first byte says it.
const valueBytes = [1, 1, 2, 4, 2, 2, undefined, 3]

function areDeleted(properties: Buffer): boolean {
  for (let position = 0; position + 2 < properties.length; ) {
    const property = properties.readUInt16LE(position)
    position += 2
    if (property === isDeletedProperty) return (properties.readUInt8(position) & 1) === 1
    position += valueBytes[property >> 13] ?? properties.readUInt8(position) + 1
  }
  return false
}
