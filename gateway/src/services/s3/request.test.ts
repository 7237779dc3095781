// The bucket, key and change of requests to S3.
import { describe, expect, test } from "vitest"
import { changeOf, readS3Request } from "./request.ts"

const host = "127.0.0.1:9000"

describe("the bucket and the key", () => {
  test.each([
    ["/", host, undefined, "", "/"],
    ["/photos", host, "photos", "", "/photos"],
    ["/photos/", host, "photos", "", "/photos/"],
    ["/photos/a%20b/c%2Fd.pdf", host, "photos", "a b/c/d.pdf", "/photos/a%20b/c%2Fd.pdf"],
    ["/a.pdf", "photos.s3.eu-west-1.amazonaws.com", "photos", "a.pdf", "/photos/a.pdf"],
    ["/a.pdf", "photos.s3-eu-west-1.amazonaws.com:443", "photos", "a.pdf", "/photos/a.pdf"],
    ["/a.pdf", "photos.s3.cn-north-1.amazonaws.com.cn", "photos", "a.pdf", "/photos/a.pdf"],
    ["/a.pdf", "my.photos.s3.amazonaws.com", "my.photos", "a.pdf", "/my.photos/a.pdf"],
    ["/photos/a.pdf", "s3.eu-west-1.amazonaws.com", "photos", "a.pdf", "/photos/a.pdf"],
    ["/photos/a.pdf", "photos.s3.example.com", "photos", "a.pdf", "/photos/a.pdf"],
  ])("of %s at %s", (url, at, bucket, key, path) => {
    expect(readS3Request("GET", url, at)).toMatchObject({ method: "GET", bucket, key, path })
  })

  test("are undefined for an invalid percent-encoding", () => {
    expect(readS3Request("GET", "/photos/%GG", host)).toBe(undefined)
    expect(readS3Request("GET", "/%GG/a.pdf", host)).toBe(undefined)
  })

  test("leave the query string as it was sent", () => {
    const request = readS3Request("GET", "/photos?list-type=2&prefix=a%2Fb", host)
    expect(request?.search).toBe("?list-type=2&prefix=a%2Fb")
    expect(request?.query.get("prefix")).toBe("a/b")
    expect(readS3Request("GET", "/photos", host)?.search).toBe("")
  })
})

describe("the change of an object", () => {
  const form = { "content-type": "multipart/form-data; boundary=x" }
  test.each<[string, string, Record<string, string>, string | undefined]>([
    ["PUT", "/photos/a", {}, "Put"],
    ["PUT", "/photos/a", { "x-amz-copy-source": "/photos/b" }, "Copy"],
    ["PUT", "/photos", {}, undefined],
    ["PUT", "/photos/a?partNumber=1&uploadId=u", {}, undefined],
    ["PUT", "/photos/a?acl", {}, undefined],
    ["PUT", "/photos/a?tagging", {}, undefined],
    ["PUT", "/photos/a?retention", {}, undefined],
    ["PUT", "/photos/a?legal-hold", {}, undefined],
    ["DELETE", "/photos/a", {}, "Delete"],
    ["DELETE", "/photos/a?tagging", {}, undefined],
    ["DELETE", "/photos/a?uploadId=u", {}, undefined],
    ["DELETE", "/photos", {}, undefined],
    ["POST", "/photos/a?uploadId=u", {}, "CompleteMultipartUpload"],
    ["POST", "/photos/a?uploads", {}, undefined],
    ["POST", "/photos/a?restore", {}, undefined],
    ["POST", "/photos/a?select&select-type=2", {}, undefined],
    ["POST", "/photos?delete", {}, "DeleteMany"],
    ["POST", "/photos?delete", form, "DeleteMany"],
    ["POST", "/photos", form, "Post"],
    ["POST", "/photos", { "content-type": "text/plain" }, undefined],
    ["POST", "/photos", {}, undefined],
    ["POST", "/", form, undefined],
    ["GET", "/photos/a", {}, undefined],
    ["HEAD", "/photos/a", {}, undefined],
    ["GET", "/photos/a?attributes", {}, undefined],
  ])("by %s %s with %j is %s", (method, url, headers, change) => {
    expect(changeOf(readS3Request(method, url, host)!, (name) => headers[name])).toBe(change)
  })
})
