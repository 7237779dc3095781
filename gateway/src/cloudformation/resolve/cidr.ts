// Fn::Cidr: divides an IPv4 block into equal smaller ones.

/**
 * @param block `10.0.0.0/16`
 * @param count how many blocks to return, 1 to 256
 * @param hostBits size of each: 8 makes `/24`
 * @returns the first `count` blocks, or `undefined` when the block is not IPv4 or too small.
 */
export function splitCidr(block: string, count: number, hostBits: number): string[] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block)
  if (!match || !Number.isInteger(count) || !Number.isInteger(hostBits)) return undefined
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number]
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32 || hostBits < 1) return undefined
  const size = 2 ** hostBits
  const whole = 2 ** (32 - prefix)
  if (count < 1 || count > 256 || count * size > whole) return undefined
  const address = ((a * 256 + b) * 256 + c) * 256 + d
  const first = address - (address % whole)
  return Array.from({ length: count }, (_, index) => `${dotted(first + index * size)}/${32 - hostBits}`)
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".")
}
