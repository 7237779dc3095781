// Generates the names and ids that CloudFormation and the services assign. They depend only on the stack and the logical
// id, so that they are the same in each run.
import { createHash } from "node:crypto"

const lowerCase = "abcdefghijklmnopqrstuvwxyz0123456789"
const upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/** An id of `length` characters that depends only on `seed`. */
export function stableId(seed: string, length: number, alphabet = lowerCase): string {
  const digest = createHash("sha512").update(seed).digest()
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join("")
}

/**
 * The name of a resource without a name in the template: `{stack}-{logicalId}-{suffix}`, cut to `maxLength`.
 * AWS: stack name, logical id and a suffix of 12 or 13 characters (template-physical-names)
 */
export function generatedName(stackName: string, logicalId: string, maxLength: number): string {
  const suffix = stableId(`${stackName}/${logicalId}`, 12, upperCase)
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1)}-${suffix}`
}

/** A UUID that depends only on `seed`. */
export function stableUuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-")
}
