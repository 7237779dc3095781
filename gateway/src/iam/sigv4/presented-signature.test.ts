// Signatures in headers and presigned URLs: what is read of them, their limits, and the headers that they must cover.
import { expect, test } from "vitest"
import type { SignedRequest } from "../../definition/signed-request.ts"
import { readQuerySignature, readSignature } from "./presented-signature.ts"

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
  return readQuerySignature({ method: "GET", path: "/", query: query.toString(), headers: {} } as SignedRequest)
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

const header = (rest: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261122/us-east-1/execute-api/aws4_request, ${rest}`

function signed(authorization: string) {
  const headers = { authorization, "x-amz-date": "20261122T210000Z" }
  return readSignature({ method: "POST", path: "/", query: "", headers } as SignedRequest)
}

test("reads the signature and the date of each header of the same signer", () => {
  for (const digit of ["a", "b", "a"]) {
    const hex = digit.repeat(64)
    expect(signed(header(`SignedHeaders=host;x-amz-date, Signature=${hex}`))).toEqual({
      accessKeyId: "AKIAEXAMPLE",
      date: "20261122",
      region: "us-east-1",
      service: "execute-api",
      terminator: "aws4_request",
      signedHeaders: ["host", "x-amz-date"],
      signature: Buffer.from(hex, "hex"),
      signedAt: "20261122T210000Z",
    })
  }
  expect(signed(header("SignedHeaders=host;x-amz-date, Signature=short"))).toEqual({
    incomplete: expect.stringContaining("64 lower-case"),
  })
})

test("a field after the signature does not change how other headers of the signer are read", () => {
  const ours = header(`SignedHeaders=host, Signature=${"c".repeat(64)}`)
  const other = "Credential=AKIAOTHER/20261122/us-east-1/execute-api/aws4_request"
  expect(signed(`${ours}, ${other}`)).toMatchObject({ accessKeyId: "AKIAOTHER" })
  expect(signed(ours)).toMatchObject({ accessKeyId: "AKIAEXAMPLE" })
})

test("a field whose name ends with Signature is not the signature", () => {
  const [first, last] = ["d".repeat(64), "e".repeat(64)]
  for (let count = 0; count < 2; count++) {
    const read = signed(header(`SignedHeaders=host, Signature=${first}, OldSignature=${last}`))
    expect(read).toMatchObject({ signature: Buffer.from(first, "hex") })
  }
})
