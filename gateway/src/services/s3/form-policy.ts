// Compares an upload form with its policy, which the signer of the form has limited it to.
// AWS: how the conditions of a policy are compared with the form (s3-form-policy)
import type { S3Error } from "./unserved-request.ts"
import type { FormFields } from "./upload-form.ts"

/** Bytes of the file, both included. */
export type SizeRange = { min: number; max: number }

type Condition = { operator: string; name: string; value: string }

type Policy = { expiration: string; conditions: Condition[]; ranges: SizeRange[] }

type Fields = FormFields["fields"]

/** Need no condition. `bucket` is compared with the request. */
const unconditional = new Set(["policy", "x-amz-signature", "signature", "awsaccesskeyid", "file", "bucket"])

/** @returns how large the file may be, or why the form is rejected */
export function checkForm(
  { fields, fileStart }: Pick<FormFields, "fields" | "fileStart">,
  { bucket, now }: { bucket: string; now: number },
): SizeRange[] | S3Error {
  const document = fields.findLast(([name]) => name === "policy")?.[1]
  // Whether a form needs a policy is decided with its signature.
  if (document === undefined) return []
  if (fileStart === undefined) {
    return { status: 400, code: "InvalidArgument", message: "POST requires exactly one file upload per request." }
  }
  const policy = readPolicy(document)
  if ("code" in policy) return policy
  // biome-ignore lint/style/noRestrictedGlobals: parses a given time; the current time comes from the clock.
  const expiresAt = Date.parse(policy.expiration)
  if (Number.isNaN(expiresAt)) return invalid(`Invalid 'expiration' value: '${policy.expiration}'`)
  if (now >= expiresAt) return denied("Policy expired.")
  const all: Fields = [...fields, ["bucket", bucket]]
  for (const condition of policy.conditions) {
    const values = all.filter(([name]) => name === condition.name)
    if (values.length > 0 && values.every(([, value]) => isMet(condition, value))) continue
    const { operator, name, value } = condition
    return denied(`Policy Condition failed: ["${operator}", "$${name}", ${JSON.stringify(value)}]`)
  }
  const named = new Set(policy.conditions.map(({ name }) => name))
  const extra = fields.find(([name]) => !named.has(name) && !unconditional.has(name) && !name.startsWith("x-ignore-"))
  if (extra) return denied(`Extra input fields: ${extra[0]}`)
  // AWS: without a condition on the bucket, the form is rejected in the same way (s3-form-bucket)
  return named.has("bucket") ? policy.ranges : denied("Extra input fields: bucket")
}

function isMet({ operator, name, value }: Condition, actual: string): boolean {
  if (operator === "eq") return actual === value
  // AWS: a type with commas is a list, each of which must begin with the value (s3-form-policy)
  const parts = name === "content-type" ? actual.split(",") : [actual]
  return parts.every((part) => part.trimStart().startsWith(value))
}

function readPolicy(document: string): Policy | S3Error {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(document, "base64").toString())
  } catch {
    return invalid("Invalid JSON.")
  }
  const { expiration, conditions } = (json ?? {}) as { expiration?: unknown; conditions?: unknown }
  if (typeof expiration !== "string") return invalid("Policy missing expiration.")
  if (!Array.isArray(conditions)) return invalid("Policy missing conditions.")
  const policy: Policy = { expiration, conditions: [], ranges: [] }
  for (const condition of conditions) {
    if (!addCondition(policy, condition)) return invalid(`Invalid condition: ${JSON.stringify(condition)}`)
  }
  return policy
}

/** @returns false for what is no condition */
function addCondition({ conditions, ranges }: Policy, condition: unknown): boolean {
  if (!Array.isArray(condition)) {
    if (typeof condition !== "object" || condition === null) return false
    for (const [name, value] of Object.entries(condition)) {
      if (typeof value !== "string") return false
      conditions.push({ operator: "eq", name: name.toLowerCase(), value })
    }
    return true
  }
  const [operator, first, second] = condition
  if (typeof operator !== "string" || condition.length !== 3) return false
  if (operator.toLowerCase() === "content-length-range") {
    const [min, max] = [Number(first), Number(second)]
    ranges.push({ min, max })
    return min >= 0 && max >= min
  }
  if (typeof first !== "string" || !first.startsWith("$") || typeof second !== "string") return false
  conditions.push({ operator: operator.toLowerCase(), name: first.slice(1).toLowerCase(), value: second })
  return /^(eq|starts-with)$/i.test(operator)
}

/** AWS: the text begins in this way (s3-form-policy-text) */
function denied(reason: string): S3Error {
  return { status: 403, code: "AccessDenied", message: `Invalid according to Policy: ${reason}` }
}

function invalid(reason: string): S3Error {
  return { status: 400, code: "InvalidPolicyDocument", message: `Invalid Policy: ${reason}` }
}
