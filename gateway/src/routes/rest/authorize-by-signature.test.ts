// What the context of a request to a REST API has of its signer.
import { expect, test } from "vitest"
import { authorizeBySignature } from "./authorize-by-signature.ts"

const signer = { arn: "arn:aws:iam::1:user/a", accountId: "1" }

function contextOf(request: { headers?: Record<string, string[]>; query?: string }, permission: object) {
  const record = { context: {} as Record<string, unknown> }
  const sent = { method: "GET", headers: {}, query: "", ...request }
  const transaction = { stage: {}, request: sent, path: "/a", record }
  authorizeBySignature({ transaction } as never, { mayCallRoute: () => permission } as never)
  return record.context
}

test.each([
  [
    "the header of the signature",
    { headers: { authorization: ["AWS4-HMAC-SHA256 Credential=AKIAONE/20260101/us-east-1/execute-api/aws4_request"] } },
  ],
  ["the query string", { query: "X-Amz-Credential=AKIAONE%2F20260101%2Fus-east-1%2Fexecute-api%2Faws4_request" }],
])("the context has the access key from %s", (_where, request) => {
  expect(contextOf(request, { allowed: true, signer })).toMatchObject({
    "identity.userArn": signer.arn,
    "identity.accountId": "1",
    "identity.accessKey": "AKIAONE",
  })
})

test("the context has no access key without a verified signer", () => {
  const query = "X-Amz-Credential=AKIAONE%2F20260101"
  expect(contextOf({ query }, { allowed: true })["identity.accessKey"]).toBeUndefined()
})
