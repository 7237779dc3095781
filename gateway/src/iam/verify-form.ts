// Verifies the signature of an upload form of S3: Signature Version 4, or Version 2 as boto3 writes it by default in us-east-1.
// The signature is one of the policy, which S3 compares with the form.
// AWS: the policy is signed as it is, in base64 (s3-form-signature)
import { createHmac } from "node:crypto"
import { equalBytes } from "../foundation/equal-bytes.ts"
import type { IssuedCredentials } from "./credentials.ts"
import { acceptsVersion2, unsupported } from "./sigv2/verify-presigned-url.ts"
import { type Rejection, rejections } from "./sigv4/signature-rejections.ts"
import { algorithm, signText } from "./sigv4/signing.ts"

export type FormOptions = {
  regions: readonly string[]
  find(accessKeyId: string): IssuedCredentials | undefined
}

export type FormOutcome = { credentials: IssuedCredentials } | { rejection: Rejection; status: 400 | 403 }

type Fields = ReadonlyMap<string, string>

const { s3: errors } = rejections

/** @param fields with names in lower case */
export function verifyForm(fields: Fields, options: FormOptions): FormOutcome {
  if (fields.has("x-amz-signature")) return verifyVersion4(fields, options)
  if (fields.has("signature")) return verifyVersion2(fields, options)
  return fields.has("policy") ? missing("X-Amz-Signature") : { rejection: errors.missing(), status: 403 }
}

function verifyVersion4(fields: Fields, { regions, find }: FormOptions): FormOutcome {
  for (const name of ["Policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date"]) {
    if (!fields.get(name.toLowerCase())) return missing(name)
  }
  const [policy = "", credential = "", signedAt = ""] = ["policy", "x-amz-credential", "x-amz-date"].map((name) =>
    fields.get(name),
  )
  const [accessKeyId = "", date = "", region = "", service, terminator, ...rest] = credential.split("/")
  const isScope = regions.includes(region) && service === "s3" && terminator === "aws4_request" && rest.length === 0
  if (fields.get("x-amz-algorithm") !== algorithm) return malformed(`X-Amz-Algorithm must be ${algorithm}`)
  if (!isScope || date !== signedAt.slice(0, 8)) {
    return malformed(`X-Amz-Credential must be keyid/${signedAt.slice(0, 8)}/${regions[0]}/s3/aws4_request`)
  }
  return verify(accessKeyId, fields, find, (credentials) => ({
    expected: signText(credentials, { date, region, service }, policy),
    presented: Buffer.from(fields.get("x-amz-signature") ?? "", "hex"),
  }))
}

function verifyVersion2(fields: Fields, { regions, find }: FormOptions): FormOutcome {
  if (!acceptsVersion2(regions)) return { rejection: unsupported, status: 400 }
  const accessKeyId = fields.get("awsaccesskeyid")
  const policy = fields.get("policy")
  if (!accessKeyId) return missing("AWSAccessKeyId")
  if (!policy) return missing("policy")
  return verify(accessKeyId, fields, find, ({ secretAccessKey }) => ({
    expected: createHmac("sha1", secretAccessKey).update(policy).digest(),
    presented: Buffer.from(fields.get("signature") ?? "", "base64"),
  }))
}

function verify(
  accessKeyId: string,
  fields: Fields,
  find: FormOptions["find"],
  signatures: (credentials: IssuedCredentials) => { expected: Buffer; presented: Buffer },
): FormOutcome {
  const credentials = find(accessKeyId)
  if (!credentials) return { rejection: errors.unknownKey(), status: 403 }
  const token = fields.get("x-amz-security-token") ?? ""
  if (token !== (credentials.sessionToken ?? "")) return { rejection: errors.wrongToken(), status: 403 }
  const { expected, presented } = signatures(credentials)
  return equalBytes(presented, expected) ? { credentials } : { rejection: errors.mismatch(), status: 403 }
}

/** AWS: a form without a field that it needs is rejected with this sentence (s3-form-missing-field) */
function missing(name: string): FormOutcome {
  const message = `Bucket POST must contain a field named '${name}'. If it is specified, please check the order of the fields.`
  return { rejection: { errorType: "InvalidArgument", message }, status: 400 }
}

/** AWS?: a credential of another form, date, region or service is rejected in this way (s3-form-scope) */
function malformed(message: string): FormOutcome {
  return { rejection: { errorType: "InvalidArgument", message }, status: 400 }
}
