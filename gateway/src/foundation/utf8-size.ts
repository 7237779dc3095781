// Compares the UTF-8 size of a text with a limit.

/** Counts bytes only where the number of UTF-16 units does not decide: each unit is at most three bytes of UTF-8. */
export function exceedsUtf8Size(text: string, maxBytes: number): boolean {
  // mutants: equivalent, another factor only counts more texts
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes
}
