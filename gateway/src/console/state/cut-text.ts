// Recognizes texts that the gateway did not keep or send whole.

/** The history and the stream cut long texts and end them with their length. */
export function isCut(text: string): boolean {
  return /… \(\d+ characters\)$/.test(text)
}
