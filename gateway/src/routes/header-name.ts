// Checks the name of a response header before it is sent.

/** @param name in lower case (RFC 9110, section 5.1) */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)
}
