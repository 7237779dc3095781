// Requests that are not forwarded to the stand-in of S3.
import { expect, test } from "vitest"
import { readS3Request } from "./request.ts"
import { unservedRequest } from "./unserved-request.ts"

function codeOf(method: string, url: string, headers: Record<string, string> = {}) {
  const request = readS3Request(method, url, "localhost")
  if (!request) throw new Error(`${url} cannot be decoded.`)
  return unservedRequest(request, (name) => headers[name])?.code
}

test.each([
  ["GET", "/_fauxqs/queues", "InvalidBucketName"],
  ["GET", "/%5Ffauxqs/queues/uploads", "InvalidBucketName"],
  ["GET", "//_fauxqs/queues", "MethodNotAllowed"],
  ["POST", "/", "MethodNotAllowed"],
  ["HEAD", "/", "MethodNotAllowed"],
  ["GET", "/../bucket/a", "InvalidBucketName"],
  ["GET", "/Bucket/a", "InvalidBucketName"],
  ["PUT", "/ab", "InvalidBucketName"],
  ["PATCH", "/bucket/a", "MethodNotAllowed"],
  ["POST", "/bucket/a", "MethodNotAllowed"],
  ["POST", "/bucket", "MethodNotAllowed"],
  ["PUT", "/bucket/a?acl", "NotImplemented"],
  ["PUT", "/bucket/a?tagging=", "NotImplemented"],
  ["DELETE", "/bucket/a?versionId=1", "NotImplemented"],
  ["GET", "/bucket?location", "NotImplemented"],
  ["GET", "/bucket?uploads", "NotImplemented"],
  ["GET", "/bucket/a?uploadId=1", "NotImplemented"],
])("%s %s is rejected with %s", (method, url, code) => {
  expect(codeOf(method, url)).toBe(code)
})

test.each([
  ["GET", "/"],
  ["GET", "/bucket?list-type=2&prefix=a"],
  ["PUT", "/bucket"],
  ["PUT", "/bucket?lifecycle"],
  ["HEAD", "/bucket"],
  ["DELETE", "/bucket/"],
  ["POST", "/bucket?delete"],
  ["GET", "/bucket/_fauxqs/queues"],
  ["PUT", "/bucket/a?X-Amz-Expires=900&x-id=PutObject"],
  ["GET", "/bucket/a?attributes"],
  ["POST", "/bucket/a?uploads"],
  ["POST", "/bucket/a?uploadId=1"],
  ["DELETE", "/bucket/a?uploadId=1"],
  ["PUT", "/bucket/a?uploadId=1&partNumber=1"],
])("%s %s is forwarded", (method, url) => {
  expect(codeOf(method, url)).toBeUndefined()
})

test("a form is forwarded", () => {
  expect(codeOf("POST", "/bucket", { "content-type": "multipart/form-data; boundary=x" })).toBeUndefined()
})
