// Upload forms of S3 as the SDK for JavaScript 3.1162 and boto3 1.43 signed them.
import { describe, expect, test } from "vitest"
import { administratorOf } from "./credentials.ts"
import { verifyForm } from "./verify-form.ts"

const credentials = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "secret",
  sessionToken: "to+ken/=",
  principal: administratorOf("000000000000"),
}

const ofSdk = {
  "x-amz-algorithm": "AWS4-HMAC-SHA256",
  "x-amz-credential": "ASIAEXAMPLE/20261127/us-east-1/s3/aws4_request",
  "x-amz-date": "20261127T023338Z",
  "x-amz-security-token": "to+ken/=",
  policy:
    "eyJleHBpcmF0aW9uIjoiMjAyNi0xMS0yN1QwMjo0MzozOFoiLCJjb25kaXRpb25zIjpbWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsMSwxMF0sWyJzdGFydHMtd2l0aCIsIiRDb250ZW50LVR5cGUiLCJpbWFnZS8iXSx7ImFjbCI6InByaXZhdGUifSx7ImJ1Y2tldCI6ImJ1Y2tldCJ9LHsiWC1BbXotQWxnb3JpdGhtIjoiQVdTNC1ITUFDLVNIQTI1NiJ9LHsiWC1BbXotQ3JlZGVudGlhbCI6IkFTSUFFWEFNUExFLzIwMjYxMTI3L3VzLWVhc3QtMS9zMy9hd3M0X3JlcXVlc3QifSx7IlgtQW16LURhdGUiOiIyMDI2MTEyN1QwMjMzMzhaIn0seyJYLUFtei1TZWN1cml0eS1Ub2tlbiI6InRvK2tlbi89In0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCJ1cGxvYWRzLyJdXX0=",
  "x-amz-signature": "f12c7f3bf9762bf6cd034b2952657e569b84625cef13f7cc42968bedc58d019c",
}

/** Signature Version 2, which boto3 writes by default in us-east-1. */
const ofBoto3 = {
  awsaccesskeyid: "ASIAEXAMPLE",
  "x-amz-security-token": "to+ken/=",
  policy:
    "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjdUMDI6NDM6MzlaIiwgImNvbmRpdGlvbnMiOiBbWyJjb250ZW50LWxlbmd0aC1yYW5nZSIsIDEsIDEwXSwgeyJDb250ZW50LVR5cGUiOiAidGV4dC9wbGFpbiJ9LCB7ImJ1Y2tldCI6ICJidWNrZXQifSwgeyJrZXkiOiAidXBsb2Fkcy9hLnR4dCJ9LCB7IngtYW16LXNlY3VyaXR5LXRva2VuIjogInRvK2tlbi89In1dfQ==",
  signature: "Mynd7Gcu6REWwHLT7SU/TegT8ww=",
}

function verify(fields: Record<string, string>, regions = ["eu-west-1", "us-east-1"]) {
  const find = (accessKeyId: string) => (accessKeyId === credentials.accessKeyId ? credentials : undefined)
  return verifyForm(new Map(Object.entries(fields)), { regions, find })
}

const without = (fields: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name))

test.each([
  ["the SDK for JavaScript", ofSdk],
  ["boto3", ofBoto3],
])("accepts a form of %s", (_, fields) => {
  expect(verify(fields)).toEqual({ credentials })
})

describe("rejects", () => {
  const mismatch = { rejection: { errorType: "SignatureDoesNotMatch" }, status: 403 }
  const unknownKey = { rejection: { errorType: "InvalidAccessKeyId" }, status: 403 }
  const wrongToken = { rejection: { errorType: "InvalidToken" }, status: 403 }
  const malformed = { rejection: { errorType: "InvalidArgument" }, status: 400 }
  const missing = (name: string) => ({
    rejection: { message: expect.stringContaining(`must contain a field named '${name}'`) },
    status: 400,
  })
  const credential = (text: string) => ({ ...ofSdk, "x-amz-credential": text })

  test.each<[string, Record<string, string>, object]>([
    [
      "a form without a signature",
      {},
      { rejection: { errorType: "AccessDenied", message: "Access Denied" }, status: 403 },
    ],
    ["a policy without a signature", { policy: ofSdk.policy }, missing("X-Amz-Signature")],
    ["another policy", { ...ofSdk, policy: btoa("{}") }, mismatch],
    ["another policy, Version 2", { ...ofBoto3, policy: btoa("{}") }, mismatch],
    ["another signature", { ...ofSdk, "x-amz-signature": "0".repeat(64) }, mismatch],
    ["a short signature", { ...ofSdk, "x-amz-signature": "f1" }, mismatch],
    ["a short signature, Version 2", { ...ofBoto3, signature: "AAAA" }, mismatch],
    ["another token", { ...ofSdk, "x-amz-security-token": "other" }, wrongToken],
    ["no token", without(ofBoto3, "x-amz-security-token"), wrongToken],
    ["an unknown key", credential("ASIAOTHER/20261127/us-east-1/s3/aws4_request"), unknownKey],
    ["an unknown key, Version 2", { ...ofBoto3, awsaccesskeyid: "ASIAOTHER" }, unknownKey],
    ["another region", credential("ASIAEXAMPLE/20261127/us-west-2/s3/aws4_request"), malformed],
    ["another service", credential("ASIAEXAMPLE/20261127/us-east-1/sqs/aws4_request"), malformed],
    ["another date", credential("ASIAEXAMPLE/20261128/us-east-1/s3/aws4_request"), malformed],
    ["a longer credential", credential("ASIAEXAMPLE/20261127/us-east-1/s3/aws4_request/x"), malformed],
    ["another algorithm", { ...ofSdk, "x-amz-algorithm": "AWS4" }, malformed],
    ["no date", without(ofSdk, "x-amz-date"), missing("X-Amz-Date")],
    ["no policy", without(ofSdk, "policy"), missing("Policy")],
    ["no policy, Version 2", without(ofBoto3, "policy"), missing("policy")],
    ["no key, Version 2", without(ofBoto3, "awsaccesskeyid"), missing("AWSAccessKeyId")],
  ])("%s", (_, fields, outcome) => {
    expect(verify(fields)).toMatchObject(outcome)
  })

  test("Version 2 in a region that is newer than 2013", () => {
    expect(verify(ofBoto3, ["eu-central-1"])).toMatchObject({ rejection: { errorType: "InvalidRequest" }, status: 400 })
  })
})
