// Whether a document's row would look the same: with many documents, rendering all rows for each message takes too long.

/**
 * @param before the properties that were rendered
 * @returns whether all properties are the same objects, and the texts of the row are equal
 */
export function isSameRow<Props extends { text: object }>(before: Props, after: Props): boolean {
  const { text: textBefore, ...othersBefore } = before
  const { text: textAfter, ...othersAfter } = after
  return isShallowEqual(textBefore, textAfter) && isShallowEqual(othersBefore, othersAfter)
}

function isShallowEqual(before: object, after: object): boolean {
  const values = new Map<string, unknown>(Object.entries(before))
  const entries = Object.entries(after)
  return entries.length === values.size && entries.every(([name, value]) => Object.is(values.get(name), value))
}
