// Verification of a function's signed POST to @connections, on one core.
// The floor is the arithmetic alone: one hash of the canonical request and one HMAC.
import { createHash, createHmac, createSecretKey } from "node:crypto"
import type { IssuedCredentials } from "../../../gateway/src/iam/credentials.ts"
import { canonicalPath, sign } from "../../../gateway/src/iam/sigv4/signing.ts"
import { verifySignature } from "../../../gateway/src/iam/sigv4/verify-signature.ts"
import { alternate, rateOf } from "../alternate.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const region = "eu-west-1"
const service = "execute-api"
const signedAt = "20261122T210000Z"
const now = Date.UTC(2026, 10, 22, 21, 0, 0)

const credentials: IssuedCredentials = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE22",
  secretAccessKey: "c2VjcmV0IG9mIHRoZSBiZW5jaCwgbm90IGEgc2VjcmV0",
  sessionToken: Buffer.alloc(96, "token").toString("base64"),
  principal: {
    arn: "arn:aws:sts::123456789012:assumed-role/processor/processor",
    roleArn: "arn:aws:iam::123456789012:role/processor",
    accountId: "123456789012",
    administrator: false,
  },
}

export async function* signatures({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const request = signedRequest()
  const options = { service, regions: [region], now, find: () => credentials }
  const verify = () => {
    const { outcome } = verifySignature(request, options)
    if (outcome !== "verified") throw new Error("A valid signature was rejected.")
  }
  const canonicalRequest = "c".repeat(900)
  const key = createSecretKey(Buffer.alloc(32, 1))
  const arithmetic = () => {
    const digest = createHash("sha256").update(canonicalRequest).digest("hex")
    createHmac("sha256", key).update(`AWS4-HMAC-SHA256\n${signedAt}\n${region}/${service}\n${digest}`).digest()
  }
  const ms = quick ? 500 : 2000
  await alternate(1, { floor: () => rateOf(500, arithmetic), ours: () => rateOf(500, verify) })
  const rates = await alternate(quick ? 3 : 5, {
    floor: () => rateOf(ms, arithmetic),
    ours: () => rateOf(ms, verify),
  })
  yield judge({ name: "signatures", unit: "verifications/s" }, rates, { goal: 30_000, goalOf: "ours" })
}

/** As the AWS SDK sends it, with the connection id encoded once. */
function signedRequest() {
  const method = "POST"
  const path = "/dev/%40connections/L0SM9cOFvHcCIhw%3D"
  const bodySha256 = createHash("sha256").update('{"status":"progress"}').digest("hex")
  const headers = {
    "amz-sdk-invocation-id": "2b1f6f0c-6a3f-4f7b-9f7a-2f1f4f5f6f7f",
    "amz-sdk-request": "attempt=1; max=3",
    "content-length": "21",
    "content-type": "application/octet-stream",
    host: `abcdefghij.execute-api.${region}.amazonaws.com`,
    "x-amz-content-sha256": bodySha256,
    "x-amz-date": signedAt,
    "x-amz-security-token": credentials.sessionToken ?? "",
    "x-amz-user-agent": "aws-sdk-js/3.1162.0",
  }
  const signedHeaders = Object.keys(headers)
  const scope = { date: signedAt.slice(0, 8), region, service }
  const signature = sign(credentials, scope, signedAt, {
    method,
    canonicalPath: canonicalPath(path, service),
    canonicalQuery: "",
    signedHeaders,
    headers,
    payloadHash: bodySha256,
  }).toString("hex")
  const credential = `${credentials.accessKeyId}/${scope.date}/${region}/${service}/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`
  return { method, path, query: "", headers: { ...headers, authorization }, bodySha256 }
}
