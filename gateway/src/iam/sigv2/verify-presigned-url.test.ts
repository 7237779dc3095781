// Presigned URLs of Signature Version 2, as boto3 1.43 and aws-sdk 2.1693 wrote them.
import { describe, expect, test } from "vitest"
import { isPresignedByVersion2, verifyPresignedUrl } from "./verify-presigned-url.ts"

const expires = 1_000_003_600
const session = { secretAccessKey: "secret", sessionToken: "to+ken/=" }
const user = { secretAccessKey: "b" }
const ofSdk = { secretAccessKey: "s", sessionToken: "t" }
const keys = new Map<string, { secretAccessKey: string; sessionToken?: string }>([
  ["ASIAEXAMPLE", session],
  ["a", user],
  ["AKIA", ofSdk],
])

const withToken = `x-amz-security-token=to%2Bken%2F%3D&Expires=${expires}`
const download = `response-content-disposition=attachment%3B%20filename%3D%22x%20y%22&versionId=null&AWSAccessKeyId=ASIAEXAMPLE&Signature=0UJXAwOMX3YMQ%2FJRiBRY2lGJiLY%3D&${withToken}`
const upload = `AWSAccessKeyId=ASIAEXAMPLE&Signature=TTh9UrX1Cpa6jwSggPiujj5TM8A%3D&content-type=text%2Fplain&x-amz-acl=private&x-amz-meta-zz=v&${withToken}`

type Presigned = { method?: string; path: string; query: string; bucketPath?: string; headers?: Record<string, string> }

function verify(url: Presigned, { now = 1, regions = ["us-east-1"] } = {}) {
  const request = { method: "GET", headers: {}, ...url }
  return verifyPresignedUrl(request, { now, regions, find: (accessKeyId) => keys.get(accessKeyId) })
}

const getObject = { path: "/bucket/a/b%20c", query: download }
const putObject = { method: "PUT", path: "/bucket/k", query: upload }

describe("accepts", () => {
  test.each<[title: string, url: Presigned, credentials: object]>([
    ["a download of a session with a version and a file name", getObject, session],
    ["the bucket in the host", { path: "/a/b%20c", bucketPath: "/bucket/a/b%20c", query: download }, session],
    ["an upload whose type and metadata are in the query", putObject, session],
    ["an upload that sends its type as well", { ...putObject, headers: { "content-type": "text/plain" } }, session],
    [
      "a download of a user",
      { path: "/bb/k", query: "AWSAccessKeyId=a&Signature=RlawagRWWfDBlLrljEzOf4rjYFs%3D&Expires=1795729011" },
      user,
    ],
    [
      "a download of the SDK for JavaScript 2",
      {
        path: "/b/k%20x",
        query:
          "AWSAccessKeyId=AKIA&Expires=1795726239&Signature=ZQCtnl%2BhzXr6WGnBxC9pwADIFNc%3D&response-content-type=a%2Fb&x-amz-security-token=t",
      },
      ofSdk,
    ],
    [
      "an upload of the SDK for JavaScript 2",
      {
        method: "PUT",
        path: "/b/k",
        query:
          "AWSAccessKeyId=AKIA&Content-Type=text%2Fplain&Expires=1795726239&Signature=DusZwfFxFHynhv7XNSJfvWpUtPw%3D&x-amz-security-token=t",
        headers: { "content-type": "text/plain" },
      },
      ofSdk,
    ],
  ])("%s", (_, url, credentials) => {
    expect(verify(url)).toEqual({ credentials })
  })
})

describe("rejects", () => {
  const mismatch = { rejection: { errorType: "SignatureDoesNotMatch" }, status: 403 }
  const denied = (message: string) => ({ rejection: { errorType: "AccessDenied", message }, status: 403 })
  test.each<[title: string, url: Presigned, outcome: object]>([
    ["another method", { ...getObject, method: "DELETE" }, mismatch],
    ["another key", { ...getObject, path: "/bucket/a/other" }, mismatch],
    ["another version", { ...getObject, query: download.replace("versionId=null", "versionId=1") }, mismatch],
    ["a later end", { ...getObject, query: download.replace(`${expires}`, `${expires + 1}`) }, mismatch],
    ["another type", { ...putObject, headers: { "content-type": "text/html" } }, mismatch],
    ["another permission", { ...putObject, query: upload.replace("private", "public-read") }, mismatch],
    ["a header that is not signed", { ...putObject, headers: { "x-amz-tagging": "a=b" } }, mismatch],
    ["a short signature", { ...getObject, query: download.replace(/Signature=[^&]*/, "Signature=AAAA") }, mismatch],
    [
      "an unknown key",
      { ...getObject, query: download.replace("ASIAEXAMPLE", "ASIAOTHER") },
      { rejection: { errorType: "InvalidAccessKeyId" }, status: 403 },
    ],
    [
      "another token",
      { ...getObject, query: download.replace("to%2Bken", "token") },
      { rejection: { errorType: "InvalidToken" }, status: 403 },
    ],
    [
      "a missing end",
      { ...getObject, query: download.replace("Expires=", "Other=") },
      denied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"),
    ],
    [
      "an end that is no number",
      { ...getObject, query: download.replace(`${expires}`, "soon") },
      denied("Invalid date (should be seconds since epoch): soon"),
    ],
  ])("%s", (_, url, outcome) => {
    expect(verify(url)).toMatchObject(outcome)
  })

  test("a URL from the second in which it expires", () => {
    expect(verify(getObject, { now: expires * 1000 - 1 })).toEqual({ credentials: session })
    expect(verify(getObject, { now: expires * 1000 })).toMatchObject(denied("Request has expired"))
  })

  test("every URL in a region that is newer than 2013", () => {
    expect(verify(getObject, { regions: ["eu-central-1"] })).toMatchObject({
      rejection: { errorType: "InvalidRequest" },
      status: 400,
    })
  })
})

test("only a query with an access key in it is of Version 2", () => {
  expect(isPresignedByVersion2({ query: download })).toBe(true)
  expect(isPresignedByVersion2({ query: "X-Amz-Signature=1&prefix=AWSAccessKeyId" })).toBe(false)
  expect(isPresignedByVersion2({ query: "xAWSAccessKeyId=1" })).toBe(false)
})
