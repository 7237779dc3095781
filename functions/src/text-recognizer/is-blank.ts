// Whether an image of a page shows nothing but paper, as the back of a page in a duplex scan.

/** How much a pixel differs from paper to count as ink: more than the noise of a scanner and the shadow of the other side. */
const minContrast = 60
/** Fewer pixels than the smallest printed character has. */
const minInkPixels = 60

/** @param pixels grayscale, one byte per pixel */
export function isBlank(pixels: Uint8Array): boolean {
  const counts = new Uint32Array(256) // mutants: equivalent, more than the values of a byte are never used
  for (const level of pixels) counts[level] = (counts[level] ?? 0) + 1
  const paper = counts.indexOf(Math.max(...counts))
  let ink = 0
  for (const [level, count] of counts.entries()) if (Math.abs(level - paper) > minContrast) ink += count
  return ink < minInkPixels
}
