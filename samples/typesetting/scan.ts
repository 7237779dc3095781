// Draws typewritten pages as greyscale images that look like photocopies.
import { letterStrokes } from "./letter-strokes.ts"
import { writePng } from "./png.ts"

const width = 827
const height = 1173
const letter = { left: 92, top: 118, advance: 12.6, lineStep: 32, unit: 2.05 }

type Point = { x: number; y: number }

/**
 * @param text at most 30 lines of about 50 characters
 * @param seed determines the noise of the image
 * @returns a grey PNG in the proportions of A5.
 */
export function scanPage(text: string, seed: number): Uint8Array {
  const random = createRandom(seed)
  const ink = new Float32Array(width * height)
  typeText(ink, text, random, (random() - 0.5) * 0.02)
  const pixels = developPaper(ink, random)
  return writePng({ width, height, pixels }, 4)
}

function typeText(ink: Float32Array, text: string, random: () => number, tilt: number): void {
  for (const [row, line] of text.split("\n").entries()) {
    for (const [index, character] of [...line].entries()) {
      if (character === " ") continue
      const strokes = letterStrokes[character]
      if (strokes === undefined) throw new Error(`The typewriter font does not contain "${character}", in: ${line}`)
      const x = letter.left + index * letter.advance + (random() - 0.5) * 0.8
      const y = letter.top + row * letter.lineStep + (random() - 0.5) * 1.4
      const strength = 0.72 + random() * 0.28
      for (const stroke of strokes.split(" ")) {
        const points = (stroke.match(/../g) ?? []).map((pair) =>
          rotate({ x: x + Number(pair[0]) * letter.unit, y: y + Number(pair[1]) * letter.unit }, tilt),
        )
        for (let at = 1; at < points.length; at++) drawStroke(ink, points[at - 1], points[at], strength)
      }
    }
  }
}

function rotate({ x, y }: Point, angle: number): Point {
  const dx = x - width / 2
  const dy = y - height / 2
  return {
    x: width / 2 + dx * Math.cos(angle) - dy * Math.sin(angle),
    y: height / 2 + dx * Math.sin(angle) + dy * Math.cos(angle),
  }
}

function drawStroke(ink: Float32Array, from: Point | undefined, to: Point | undefined, strength: number): void {
  if (!from || !to) return
  const pen = 1.15
  const reach = pen + 1
  const [left, right] = [Math.floor(Math.min(from.x, to.x) - reach), Math.ceil(Math.max(from.x, to.x) + reach)]
  const [top, bottom] = [Math.floor(Math.min(from.y, to.y) - reach), Math.ceil(Math.max(from.y, to.y) + reach)]
  for (let y = Math.max(0, top); y <= Math.min(height - 1, bottom); y++) {
    for (let x = Math.max(0, left); x <= Math.min(width - 1, right); x++) {
      const coverage = Math.max(0, Math.min(1, pen + 0.5 - distance({ x, y }, from, to))) * strength
      const at = y * width + x
      ink[at] = Math.max(ink[at] ?? 0, coverage)
    }
  }
}

function distance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  const along = length && ((point.x - from.x) * dx + (point.y - from.y) * dy) / length
  const nearest = Math.max(0, Math.min(1, along))
  return Math.sqrt((point.x - from.x - nearest * dx) ** 2 + (point.y - from.y - nearest * dy) ** 2)
}

/** Grey paper with a dark edge, a fold, grain and dust. */
function developPaper(ink: Float32Array, random: () => number): Uint8Array {
  const pixels = new Uint8Array(width * height)
  const fold = height * (0.49 + random() * 0.02)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = 70 * Math.exp(-x / 16) + 34 * Math.exp(-(width - x) / 9) + 26 * Math.exp(-y / 12)
      const crease = 15 * Math.exp(-((y - fold) ** 2) / 5)
      // Sparse, because noise in every pixel does not compress.
      const grain = random() < 0.02 ? random() * 26 : 0
      const paper = 236 - edge - crease - grain
      pixels[y * width + x] = Math.max(0, paper * (1 - 0.86 * (ink[y * width + x] ?? 0)))
    }
  }
  for (let speck = 0; speck < 90; speck++) {
    const at = Math.floor(random() * (width * height - width - 2))
    for (const offset of [0, 1, width, width + 1]) if (random() < 0.6) pixels[at + offset] = 60 + random() * 90
  }
  return pixels
}

/** The Park–Miller generator, which gives the same numbers on every machine. From 0 to 1, without 1. */
function createRandom(seed: number): () => number {
  let state = (seed * 7919) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return (state - 1) / 2_147_483_646
  }
}
