// The permissions that requests to S3 need, each expected by hand from the documentation.
import { describe, expect, test } from "vitest"
import { neededPermissions } from "./needed-permissions.ts"
import { readS3Request } from "./request.ts"

function needed(method: string, target: string, headers: Record<string, string> = {}) {
  const request = readS3Request(method, target, "127.0.0.1")
  if (!request) throw new Error("The target cannot be decoded.")
  return neededPermissions(request, (name) => headers[name])
}

test.each<[method: string, target: string, expected: string[], headers?: Record<string, string>]>([
  ["GET", "/", ["s3:ListAllMyBuckets *"]],
  ["PUT", "/b", ["s3:CreateBucket b"]],
  ["HEAD", "/b", ["s3:ListBucket b"]],
  ["DELETE", "/b", ["s3:DeleteBucket b"]],
  ["GET", "/b?list-type=2&prefix=x", ["s3:ListBucket b"]],
  ["GET", "/b/", ["s3:ListBucket b"]],
  ["GET", "/b?versions", ["s3:ListBucketVersions b"]],
  ["GET", "/b?uploads", ["s3:ListBucketMultipartUploads b"]],
  ["GET", "/b?location", ["s3:GetBucketLocation b"]],
  ["GET", "/b?policy", ["s3:GetBucketPolicy b"]],
  ["PUT", "/b?policy", ["s3:PutBucketPolicy b"]],
  ["DELETE", "/b?policy", ["s3:DeleteBucketPolicy b"]],
  ["DELETE", "/b?cors", ["s3:PutBucketCORS b"]],
  ["GET", "/b?lifecycle", ["s3:GetLifecycleConfiguration b"]],
  ["PUT", "/b?encryption", ["s3:PutEncryptionConfiguration b"]],
  ["POST", "/b?delete", []],
  ["GET", "/b/a/b%20c", ["s3:GetObject b/a/b c"]],
  ["HEAD", "/b/k", ["s3:GetObject b/k"]],
  ["GET", "/b/k?versionId=1", ["s3:GetObjectVersion b/k"]],
  ["GET", "/b/k?attributes", ["s3:GetObject b/k", "s3:GetObjectAttributes b/k"]],
  ["GET", "/b/k?attributes&versionId=1", ["s3:GetObjectVersion b/k", "s3:GetObjectVersionAttributes b/k"]],
  ["GET", "/b/k?tagging", ["s3:GetObjectTagging b/k"]],
  ["PUT", "/b/k?tagging", ["s3:PutObjectTagging b/k"]],
  ["DELETE", "/b/k?tagging&versionId=1", ["s3:DeleteObjectVersionTagging b/k"]],
  ["GET", "/b/k?acl", ["s3:GetObjectAcl b/k"]],
  ["PUT", "/b/k?acl&versionId=1", ["s3:PutObjectVersionAcl b/k"]],
  ["GET", "/b/k?retention", ["s3:GetObjectRetention b/k"]],
  ["PUT", "/b/k?legal-hold", ["s3:PutObjectLegalHold b/k"]],
  ["PUT", "/b/k", ["s3:PutObject b/k"]],
  ["PUT", "/b/k", ["s3:PutObject b/k", "s3:PutObjectTagging b/k"], { "x-amz-tagging": "a=1" }],
  ["PUT", "/b/k", ["s3:PutObject b/k", "s3:PutObjectAcl b/k"], { "x-amz-acl": "private" }],
  ["PUT", "/b/k", ["s3:PutObject b/k", "s3:PutObjectAcl b/k"], { "x-amz-grant-read": "id=1" }],
  ["PUT", "/b/k", ["s3:PutObject b/k", "s3:PutObjectRetention b/k"], { "x-amz-object-lock-mode": "GOVERNANCE" }],
  ["PUT", "/b/k", ["s3:PutObject b/k", "s3:PutObjectLegalHold b/k"], { "x-amz-object-lock-legal-hold": "ON" }],
  ["PUT", "/b/k", ["s3:GetObject c/x y", "s3:PutObject b/k"], { "x-amz-copy-source": "/c/x%20y" }],
  ["PUT", "/b/k", ["s3:GetObjectVersion c/x", "s3:PutObject b/k"], { "x-amz-copy-source": "c/x?versionId=7" }],
  ["POST", "/b/k?uploads", ["s3:PutObject b/k"]],
  ["POST", "/b/k?uploads", ["s3:PutObject b/k", "s3:PutObjectTagging b/k"], { "x-amz-tagging": "a=1" }],
  ["PUT", "/b/k?partNumber=1&uploadId=u", ["s3:PutObject b/k"]],
  ["PUT", "/b/k?partNumber=1&uploadId=u", ["s3:GetObject c/x", "s3:PutObject b/k"], { "x-amz-copy-source": "c/x" }],
  ["POST", "/b/k?uploadId=u", ["s3:PutObject b/k"]],
  ["DELETE", "/b/k?uploadId=u", ["s3:AbortMultipartUpload b/k"]],
  ["DELETE", "/b/k?uploadId=", ["s3:DeleteObject b/k"]],
  ["GET", "/b/k?uploadId=u", ["s3:ListMultipartUploadParts b/k"]],
  ["DELETE", "/b/k", ["s3:DeleteObject b/k"]],
  ["DELETE", "/b/k?versionId=1", ["s3:DeleteObjectVersion b/k"]],
  [
    "DELETE",
    "/b/k?versionId=1",
    ["s3:DeleteObjectVersion b/k", "s3:BypassGovernanceRetention b/k"],
    { "x-amz-bypass-governance-retention": "true" },
  ],
  ["POST", "/b/k?restore", ["s3:RestoreObject b/k"]],
  ["POST", "/b/k?select&select-type=2", ["s3:GetObject b/k"]],
  [
    "PUT",
    "/b/new?renameObject",
    ["s3:GetObject b/old", "s3:DeleteObject b/old", "s3:PutObject b/new"],
    { "x-amz-rename-source": "old" },
  ],
])("%s %s needs %j", (method, target, expected, headers) => {
  expect(needed(method, target, headers).map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected)
})

describe("the condition keys", () => {
  const keysOf = (...request: Parameters<typeof needed>) => {
    const [{ context = {} } = {}] = needed(...request)
    return Object.fromEntries(
      Object.entries(context)
        .map(([name, value]) => [name, typeof value === "function" ? value() : value])
        .filter(([, value]) => value !== undefined),
    )
  }

  test("of a listing have its prefix, delimiter and maximum", () => {
    expect(keysOf("GET", "/b?list-type=2&prefix=home%2F&delimiter=%2F&max-keys=5")).toEqual({
      "s3:authType": "REST-HEADER",
      "s3:delimiter": "/",
      "s3:max-keys": "5",
      "s3:prefix": "home/",
      "s3:signatureversion": "AWS4-HMAC-SHA256",
      "s3:TlsVersion": "1.3",
    })
  })

  test("of an upload have its headers and the keys of its tags", () => {
    const headers = {
      "x-amz-acl": "public-read",
      "x-amz-server-side-encryption": "aws:kms",
      "x-amz-storage-class": "GLACIER",
      "x-amz-tagging": "a=1&b=2",
    }
    expect(keysOf("PUT", "/b/k?X-Amz-Signature=s", headers)).toMatchObject({
      "s3:authType": "REST-QUERY-STRING",
      "s3:x-amz-acl": "public-read",
      "s3:x-amz-server-side-encryption": "aws:kms",
      "s3:x-amz-storage-class": "GLACIER",
      "s3:RequestObjectTagKeys": ["a", "b"],
    })
  })
})
