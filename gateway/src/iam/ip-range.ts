// Matches IP addresses against ranges such as `203.0.113.0/24` and `2001:db8::/32`.

/** Whether `address` is in `range`, an address with or without a prefix length. False when either is invalid. */
export function isInRange(address: string, range: string): boolean {
  const [base = "", length] = range.split("/")
  const [inside, start] = [parseAddress(address), parseAddress(base)]
  if (!inside || !start || inside.bits !== start.bits) return false
  const prefix = length === undefined ? start.bits : Number(length)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > start.bits) return false
  const rest = BigInt(start.bits - prefix)
  return inside.value >> rest === start.value >> rest
}

function parseAddress(text: string): { bits: 32 | 128; value: bigint } | undefined {
  if (!text.includes(":")) {
    const value = parseGroups(text.split("."), 4, /^\d{1,3}$/, 10, 8)
    return value === undefined ? undefined : { bits: 32, value }
  }
  const [head = "", tail, ...more] = text.split("::")
  if (more.length > 0) return undefined
  const [left, right] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")))
  const zeros = tail === undefined ? 0 : 8 - (left?.length ?? 0) - (right?.length ?? 0)
  if (zeros < 0) return undefined
  const groups = [...(left ?? []), ...Array<string>(zeros).fill("0"), ...(right ?? [])]
  const value = parseGroups(groups, 8, /^[0-9a-f]{1,4}$/i, 16, 16)
  return value === undefined ? undefined : { bits: 128, value }
}

function parseGroups(groups: string[], count: number, form: RegExp, radix: number, bits: number): bigint | undefined {
  if (groups.length !== count || !groups.every((group) => form.test(group))) return undefined
  const numbers = groups.map((group) => Number.parseInt(group, radix))
  if (numbers.some((number) => number >= 2 ** bits)) return undefined
  return numbers.reduce((value, number) => (value << BigInt(bits)) + BigInt(number), 0n)
}
