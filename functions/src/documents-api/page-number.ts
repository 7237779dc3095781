// Reads the number of a page in a request.

/** From 1; 0 when the text is not the number of a page. */
export function pageNumber(text: string): number {
  return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0
}
