// Memory does not grow with the text of a document.
import { expect, test } from "vitest"
import { fieldReport } from "../../test/field-report.ts"
import { contentTypes } from "../../test/hostile-files/hostile-file.ts"
import { measureFile } from "../../test/hostile-files/measure-file.ts"
import { pages } from "../../test/hostile-files/write-pdf.ts"

const lines = fieldReport.replace(/[()\\]/g, "").match(/.{20,80}/g) ?? []

/** Pages that share one content, so that the file is small and its text is not. */
function bookOf(count: number): Uint8Array {
  const shown = lines.slice(0, 40).map((line, at) => `1 0 0 1 20 ${480 - at * 11} Tm (${line}) Tj`)
  return pages(count, [{ data: `BT /F 9 Tf ${shown.join(" ")} ET` }])
}

test("5,000 and 15,000 pages take about as much memory as 1,000", { timeout: 300_000 }, async () => {
  const peaks: number[] = []
  for (const count of [1_000, 5_000, 15_000]) {
    const { outcome, detail, peakMb } = await measureFile({ make: () => bookOf(count), contentType: contentTypes.pdf })
    expect(detail).toContain(`${count} pages`)
    expect(outcome).toBe("complete")
    peaks.push(peakMb)
  }
  const [few = 0, ...more] = peaks
  for (const peak of more) expect(peak).toBeLessThan(few * 1.2)
})
