// The errors of rejected signatures, which clients distinguish by their type.
import { expect, test } from "vitest"
import { rejections } from "./signature-rejections.ts"

function typesOf(errors: (typeof rejections)["s3"]): Record<string, string> {
  const rejected = Object.entries(errors).map(([name, reject]) => [name, reject("Signature expired: why").errorType])
  return Object.fromEntries(rejected)
}

test("S3 has an error type for each reason", () => {
  expect(typesOf(rejections.s3)).toEqual({
    missing: "AccessDenied",
    incomplete: "AuthorizationHeaderMalformed",
    scope: "AuthorizationHeaderMalformed",
    skewed: "RequestTimeTooSkewed",
    expired: "AccessDenied",
    unknownKey: "InvalidAccessKeyId",
    wrongToken: "InvalidToken",
    unsignedHeader: "AccessDenied",
    mismatch: "SignatureDoesNotMatch",
  })
})

test("the other services have four error types", () => {
  expect(typesOf(rejections.others)).toEqual({
    missing: "MissingAuthenticationTokenException",
    incomplete: "IncompleteSignatureException",
    scope: "InvalidSignatureException",
    skewed: "InvalidSignatureException",
    expired: "InvalidSignatureException",
    unknownKey: "UnrecognizedClientException",
    wrongToken: "UnrecognizedClientException",
    unsignedHeader: "InvalidSignatureException",
    mismatch: "InvalidSignatureException",
  })
})

test("the given reason is the message, except for S3, which distinguishes expired from not valid yet", () => {
  for (const name of ["incomplete", "scope", "skewed", "expired"] as const) {
    expect(rejections.others[name]("why").message).toBe("why")
  }
  for (const name of ["incomplete", "scope"] as const) expect(rejections.s3[name]("why").message).toBe("why")
  expect(rejections.s3.expired("Signature expired: why").message).toBe("Request has expired")
  expect(rejections.s3.expired("Signature not yet current: why").message).toBe("Request is not valid yet")
})
