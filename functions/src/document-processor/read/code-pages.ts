// The names of the encodings that Windows and Office number as code pages.

const names = new Map([
  [932, "shift_jis"],
  [936, "gb18030"],
  [949, "euc-kr"],
  [950, "big5"],
  [10000, "macintosh"],
  [65001, "utf-8"],
])

/** As `TextDecoder` knows it, if it does. */
export function encodingOfCodePage(codePage: number): string {
  return names.get(codePage) ?? `windows-${codePage}`
}
