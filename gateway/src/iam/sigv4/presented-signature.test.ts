// Limits of a presigned URL, as the query declares them, and the headers that a signature must cover.
import { expect, test } from "vitest"
import { readQuerySignature } from "./presented-signature.ts"
import type { SignatureRequest } from "./signature-request.ts"

const week = 7 * 24 * 60 * 60

function presigned(expires: string, signedHeaders = "host") {
  const query = new URLSearchParams({
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "AKIAEXAMPLE/20261122/us-east-1/s3/aws4_request",
    "X-Amz-Date": "20261122T210000Z",
    "X-Amz-Expires": expires,
    "X-Amz-SignedHeaders": signedHeaders,
    "X-Amz-Signature": "0".repeat(64),
  })
  return readQuerySignature({ method: "GET", path: "/", query: query.toString(), headers: {} } as SignatureRequest)
}

test("accepts a presigned URL that is valid for seven days", () => {
  expect(presigned(String(week))).toMatchObject({ expiresSeconds: week })
})

test.each([String(week + 1), "-1", "soon"])("rejects a presigned URL that is valid for %s seconds", (expires) => {
  expect(presigned(expires)).toEqual({ incomplete: expect.stringContaining("X-Amz-Expires") })
})

test.each(["host", ":authority"])("accepts a signature that covers the host in %s", (name) => {
  expect(presigned("60", name)).toMatchObject({ signedHeaders: [name] })
})

test("rejects a signature that does not cover the host", () => {
  expect(presigned("60", "x-amz-date")).toEqual({ incomplete: expect.stringContaining("'Host' or ':authority'") })
})
