// DeleteObjects, authorized key by key.
import { expect, test } from "vitest"
import type { DataCaller, NeededPermission } from "../../definition/permission.ts"
import { authorizeDeletion, withErrors } from "./delete-objects.ts"

function callerOf(mayDelete: (needed: NeededPermission) => boolean): DataCaller {
  const may: DataCaller["may"] = (needed) =>
    mayDelete(needed) ? { allowed: true } : { allowed: false, message: `not ${needed.action} & ${needed.resource}` }
  return { isRestricted: true, may, hasPermission: may }
}

test("asks for each key and version, and passes on the allowed keys only", () => {
  const asked: string[] = []
  const caller = callerOf(({ action, resource }) => {
    asked.push(`${action} ${resource}`)
    return resource.startsWith("b/mine/")
  })
  const body = `<Delete xmlns="x"><Quiet>true</Quiet>
    <Object><Key>mine/a&amp;b</Key></Object>
    <Object><Key>yours/c</Key><VersionId>v1</VersionId></Object>
    <Object><VersionId>v2</VersionId><Key>mine/d&#x3c;</Key></Object></Delete>`
  const { body: sent, errors } = authorizeDeletion(caller, "b", Buffer.from(body))
  expect(asked).toEqual([
    "s3:DeleteObject b/mine/a&b",
    "s3:DeleteObjectVersion b/yours/c",
    "s3:DeleteObjectVersion b/mine/d<",
  ])
  expect(sent.toString()).toBe(
    "<Delete><Quiet>true</Quiet><Object><Key>mine/a&amp;b</Key></Object><Object><Key>mine/d&lt;</Key><VersionId>v2</VersionId></Object></Delete>",
  )
  expect(errors).toBe(
    "<Error><Key>yours/c</Key><VersionId>v1</VersionId><Code>AccessDenied</Code><Message>not s3:DeleteObjectVersion &amp; b/yours/c</Message></Error>",
  )
})

test("has no errors when every key is allowed, and no keys when none is", () => {
  const body = Buffer.from("<Delete><Object><Key>a</Key></Object></Delete>")
  expect(
    authorizeDeletion(
      callerOf(() => true),
      "b",
      body,
    ),
  ).toEqual({ body, errors: "" })
  expect(
    authorizeDeletion(
      callerOf(() => false),
      "b",
      body,
    ).body.toString(),
  ).toBe("<Delete></Delete>")
})

test("adds the errors to the result, whatever characters they have", () => {
  const result = "<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>"
  expect(withErrors(result, "<Error>$&</Error>")).toBe(
    "<DeleteResult><Deleted><Key>a</Key></Deleted><Error>$&</Error></DeleteResult>",
  )
})
