// Finds addresses of web pages (http, https) and of e-mail in a text.

/** Longer addresses are left out: they carry data rather than a name. */
const maxLinkCharacters = 500

const scheme = /\bhttps?:\/\//gi
/** White space, controls, quotation marks and brackets that addresses do not contain, and CJK punctuation. */
const inUrl = /[^\s\p{C}<>"“”„«»‹›`{}|\\^、。，．：；！？（）「」『』【】《》…]{0,501}/uy
const localPart = /[\w.!#$%&'*+/=?^`{|}~-]/
const maxLocalCharacters = 64
const inDomain = /[\p{L}\p{M}\p{N}.-]{0,255}/uy

/** @returns addresses as they are written, with "mailto:" before those of e-mail */
export function* findLinks(text: string): Iterable<string> {
  let end = 0
  if (text.includes("://")) {
    for (const { index } of text.matchAll(scheme)) {
      if (index < end) continue
      yield* emailsIn(text.slice(end, index))
      end = endOf(text, index, inUrl)
      let written = text.slice(index, end)
      while (continuesOnNextLine(written, text.slice(end, end + 4))) {
        const start = text.indexOf("\n", end) + 1
        end = endOf(text, start, inUrl)
        written += text.slice(start, end)
      }
      const url = webAddress(written)
      if (url !== undefined) yield url
    }
  }
  yield* emailsIn(text.slice(end))
}

/** @returns the address of a web page without punctuation at its end; undefined when it is not one, or too long */
function webAddress(written: string): string | undefined {
  const url = withoutPunctuation(written)
  if (url.length > maxLinkCharacters || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return undefined
  // A name without a dot is a placeholder, or known to one network only.
  return new URL(url).hostname.includes(".") ? url : undefined
}

/** A closing bracket belongs to the address when it has the opening one: "https://example.com/a_(b)". */
function withoutPunctuation(url: string): string {
  const unopened = { ")": count(url, ")") - count(url, "("), "]": count(url, "]") - count(url, "[") }
  let end = url.length
  for (; end > 0; end -= 1) {
    const last = url.charAt(end - 1)
    if (last === ")" || last === "]") {
      if (unopened[last] <= 0) break
      unopened[last] -= 1
    } else if (!/[.,;:!?'’*_~]/.test(last)) break
  }
  return url.slice(0, end)
}

function count(text: string, character: string): number {
  return text.split(character).length - 1
}

/**
 * The printed form of a long address is broken at a hyphen, or before a sign that no line of prose begins with; in a shell
 * command after a backslash.
 */
function continuesOnNextLine(written: string, next: string): boolean {
  if (written.length > maxLinkCharacters) return false
  return written.endsWith("-") ? /^\n\w/.test(next) : /^\\?\n[./?=&_]\w/.test(next)
}

/** @param target what a link of a document leads to */
export function linkTarget(target: string): string | undefined {
  const trimmed = target.trim()
  if (!/^mailto:/i.test(trimmed)) return webAddress(trimmed)
  const [address = ""] = trimmed.slice("mailto:".length).split("?", 1)
  const [found] = emailsIn(address)
  return found
}

function* emailsIn(text: string): Iterable<string> {
  let free = 0
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    if (at < free) continue
    let start = at
    const first = Math.max(free, at - maxLocalCharacters)
    while (start > first && localPart.test(text.charAt(start - 1))) start -= 1
    const end = endOf(text, at + 1, inDomain)
    const address = emailAddress(text.slice(start, at), text.slice(at + 1, end))
    free = Math.max(at + 1, end)
    if (address !== undefined) yield `mailto:${address}`
  }
}

function emailAddress(local: string, domain: string): string | undefined {
  const name = local.replace(/^[^\p{L}\p{N}_]+/u, "")
  const host = domain.replace(/[.-]+$/, "")
  const isName = name !== "" && !name.includes("..") && /[\w+-]$/.test(name)
  const isHost = !host.includes("..") && /^[\p{L}\p{N}][\p{L}\p{M}\p{N}.-]*\.\p{L}[\p{L}\p{M}]+$/u.test(host)
  return isName && isHost ? `${name}@${host}` : undefined
}

/** Matches at this place only. */
function endOf(text: string, start: number, pattern: RegExp): number {
  pattern.lastIndex = start
  return start + (pattern.exec(text)?.[0].length ?? 0)
}
