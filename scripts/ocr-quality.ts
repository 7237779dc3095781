// Measures text recognition: the share of words that are recognized in scans of known text, and the time per page.
import { encodePng } from "../functions/src/page-thumbnails/encode-png.ts"
import { recognizeUpright } from "../functions/src/text-recognizer/recognize-upright.ts"
import { loadTesseract } from "../functions/src/text-recognizer/tesseract.ts"
import { type ScanOptions, scanPage } from "../functions/test/scanned-documents.ts"

const english =
  "The relay station at Millbrook was measured twice in March 2024. Forty barges left the harbor before noon, and the toll of 1,250.50 dollars was paid to Maria Keller. Nobody expected the river to rise by more than three feet; the old gauge, which is read by hand, had shown the opposite. Invoices no. 4711 and 4712 were sent to J. O'Connor & Sons, 17 Dock Street. “We will repair the eastern wall first,” she wrote, “and the lock in autumn.” "
const german =
  "Die Messstation an der Mühlenbrücke wurde im März 2024 zweimal geprüft. Vierzig Schiffe verließen den Hafen vor Mittag, und die Gebühr von 1.250,50 Euro ging an Frau Müller-Großmann. Niemand hätte erwartet, dass der Fluss um mehr als einen Meter steigt; der alte Pegel zeigte das Gegenteil. Die Rechnungen Nr. 4711 und 4712 gingen an Jäger & Söhne, Straße des Friedens 17. „Zuerst wird die östliche Mauer ausgebessert“, schrieb sie, „und im Herbst die Schleuse.“ "

const page: [number, number] = [420, 300]
type Case = [name: string, options: ScanOptions, noise?: number]
const cases: Case[] = [
  ["300 dots per inch, 11 points", {}],
  ["the same in Times", { font: "Times-Roman" }],
  ["the same, 7 points", { fontSize: 7 }],
  ["200 dots per inch", { dotsPerInch: 200 }],
  ["150 dots per inch", { dotsPerInch: 150 }],
  ["100 dots per inch", { dotsPerInch: 100 }],
  ["turned by 1 degree", { turned: 1 }],
  ["turned by 4 degrees", { turned: 4 }],
  ["on its side", { page: [300, 300], turned: 90 }],
  ["one dark pixel in 50", {}, 50],
  ["one dark pixel in 10", {}, 10],
]

const recognize = await loadTesseract("eng+deu")
console.log("| scan | English | German | seconds of CPU |")
console.log("| --- | ---: | ---: | ---: |")
for (const [name, options, noise] of cases) {
  const start = process.cpuUsage()
  const shares: number[] = []
  for (const text of [english, german]) {
    const image = await scanPage(text, { page, ...options })
    if (noise !== undefined) addNoise(image.pixels, noise)
    const { text: recognized } = recognizeUpright(recognize, {
      bytes: await encodePng(image),
      dotsPerInch: image.dotsPerInch,
    })
    shares.push(shareOfWords(recognized, text))
  }
  const { user, system } = process.cpuUsage(start)
  const [ofEnglish = 0, ofGerman = 0] = shares.map((share) => share.toFixed(2))
  console.log(`| ${name} | ${ofEnglish} | ${ofGerman} | ${((user + system) / 2_000_000).toFixed(1)} |`)
}

/** Words of the text that the recognized text has in the same order, punctuation included. */
function shareOfWords(recognized: string, text: string): number {
  const expected = text.trim().split(/\s+/)
  const found = recognized.split(/\s+/)
  // The longest common subsequence, line by line.
  let lengths = new Array<number>(found.length + 1).fill(0)
  for (const word of expected) {
    const next = [0]
    for (const [index, other] of found.entries()) {
      const longer = Math.max(lengths[index + 1] ?? 0, next[index] ?? 0)
      next.push(word === other ? (lengths[index] ?? 0) + 1 : longer)
    }
    lengths = next
  }
  return (lengths.at(-1) ?? 0) / expected.length
}

function addNoise(pixels: Uint8Array, oneIn: number): void {
  let state = 1
  for (let at = 0; at < pixels.length; at += 1) {
    state = (state * 48_271) % 2_147_483_647
    if (state % oneIn === 0) pixels[at] = 0
  }
}
