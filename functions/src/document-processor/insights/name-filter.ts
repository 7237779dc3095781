// Chooses the sentences of an English text in which a new name may be found.

// Further sentences with a name that was analyzed this often seldom change what it is taken for.
const enoughMentions = 3

const upperCaseWords = /\p{Lu}[\p{L}\p{N}'’&.-]*(?: \p{Lu}[\p{L}\p{N}'’&.-]*)*/gu
const lowerCaseWords = /(?<![\p{L}\p{N}'’-])\p{Ll}+/gu

/** @returns whether a sentence has words in upper case that may be a name, and were in few of the sentences before it */
export function createNameFilter(sentences: readonly string[]): (sentence: string) => boolean {
  const lowerCase = new Set(sentences.flatMap((sentence) => sentence.match(lowerCaseWords) ?? []))
  const mentions = new Map<string, number>()

  /** The first word of a sentence is in upper case anyway: it is not a part of a name if the text has it in lower case too. */
  function withoutFirst(words: string): string {
    const [first = "", ...others] = words.split(" ")
    return lowerCase.has(first.toLowerCase()) ? others.join(" ") : words
  }

  return (sentence) => {
    let isChosen = false
    for (const { 0: words, index } of sentence.matchAll(upperCaseWords)) {
      // A quotation mark may be before the first word.
      const name = (index < 2 ? withoutFirst(words) : words).replace(/[^\p{L}\p{N}]+$/u, "")
      const count = mentions.get(name) ?? 0
      if (name.length < 2 || count >= enoughMentions) continue
      mentions.set(name, count + 1)
      isChosen = true
    }
    return isChosen
  }
}
