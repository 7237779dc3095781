// Writes a PDF file from its objects.

/** The entries of its dictionary; with data it is a stream. Objects are numbered from 1, and the first is the catalog. */
export type PdfObject = { entries: string; data?: Uint8Array }

export function pdfOf(objects: readonly PdfObject[]): Uint8Array {
  const parts = [Buffer.from("%PDF-1.7\n")]
  const starts: number[] = []
  let length = parts[0]?.length ?? 0
  const write = (part: Uint8Array) => {
    parts.push(Buffer.from(part))
    length += part.length
  }
  for (const [index, { entries, data }] of objects.entries()) {
    starts.push(length)
    const size = data === undefined ? "" : ` /Length ${data.length}`
    write(Buffer.from(`${index + 1} 0 obj\n<< ${entries}${size} >>\n`))
    if (data !== undefined) {
      write(Buffer.from("stream\n"))
      write(data)
      write(Buffer.from("\nendstream\n"))
    }
    write(Buffer.from("endobj\n"))
  }
  const table = starts.map((start) => `${String(start).padStart(10, "0")} 00000 n \n`).join("")
  const count = objects.length + 1
  const trailer = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`
  write(Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${table}${trailer}`))
  return Buffer.concat(parts)
}
