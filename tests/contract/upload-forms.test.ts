// Upload forms of S3 that a handler signs and a client without credentials sends (presigned POST).
import { expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { shareLocal } from "../testing/start-local.ts"
import type { TestApi } from "../testing/template.ts"

/** Signs a policy with the credentials of the function, as createPresignedPost does. */
const sign = `
import { createHmac } from "node:crypto"
const hmac = (key, text) => createHmac("sha256", key).update(text).digest()
export const handler = async ({ body }) => {
  const { key, conditions, fields, seconds } = JSON.parse(body)
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3 } = process.env
  const time = new Date().toISOString().replaceAll(/[-:]|\\.\\d+/g, "")
  const scope = [time.slice(0, 8), AWS_REGION, "s3", "aws4_request"]
  const signed = {
    ...fields,
    key,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": [AWS_ACCESS_KEY_ID, ...scope].join("/"),
    "X-Amz-Date": time,
    "X-Amz-Security-Token": AWS_SESSION_TOKEN,
  }
  const expiration = new Date(Date.now() + seconds * 1000).toISOString()
  const all = [{ bucket: "bucket" }, ...conditions, ...Object.entries(signed).map(([name, value]) => ({ [name]: value }))]
  const Policy = Buffer.from(JSON.stringify({ expiration, conditions: all })).toString("base64")
  const signature = hmac(scope.reduce(hmac, "AWS4" + AWS_SECRET_ACCESS_KEY), Policy).toString("hex")
  const form = { url: AWS_ENDPOINT_URL_S3 + "/bucket", fields: { ...signed, Policy, "X-Amz-Signature": signature } }
  return { statusCode: 200, body: JSON.stringify(form) }
}`

type Form = { url: string; fields: Record<string, string> }

const read = {
  Effect: "Allow",
  Action: ["s3:GetObject", "s3:ListBucket"],
  Resource: ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"],
}
const put = (condition?: object) => ({
  Effect: "Allow",
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::bucket/uploads/*",
  ...(condition && { Condition: condition }),
})

const apiWith = (...statements: Record<string, unknown>[]): TestApi => ({
  routes: { sign: { code: sign, twoWay: true } },
  statements,
  resources: { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "bucket" } } },
})

const serve = shareLocal()

async function signer(...statements: Record<string, unknown>[]) {
  const local = await serve(apiWith(...statements))
  const socket = await openSocket(local.url)
  const form = async (key: string, more: { conditions?: unknown[]; fields?: object; seconds?: number } = {}) => {
    socket.send({ action: "sign", key, conditions: [], fields: {}, seconds: 60, ...more })
    return (await socket.nextJson()) as Form
  }
  return { local, form }
}

async function send({ url, fields }: Form, file = "text", more: Record<string, string> = {}) {
  const data = new FormData()
  for (const [name, value] of Object.entries({ ...fields, ...more })) data.set(name, value)
  data.set("file", new Blob([file]), "file.txt")
  const response = await fetch(url, { method: "POST", body: data })
  const text = await response.text()
  return { status: response.status, code: /<Code>(.*)<\/Code>/.exec(text)?.[1], text }
}

test("a form that a handler has signed is stored without credentials, with the permission of the handler", async () => {
  const { form } = await signer(read, put({ StringEquals: { "s3:authType": "POST" } }))
  const signed = await form("uploads/a", { fields: { "Content-Type": "text/plain", success_action_status: "201" } })
  expect(await send(signed)).toMatchObject({ status: 201 })
  expect(await send(await form("others/a"))).toMatchObject({ status: 403, code: "AccessDenied" })
})

test("a form is rejected when it differs from its policy, and when its policy has expired", async () => {
  const { form } = await signer(put())
  const signed = await form("uploads/b")
  expect((await send(signed, "text", { key: "uploads/c" })).text).toContain(
    "Invalid according to Policy: Policy Condition failed: [&quot;eq&quot;, &quot;$key&quot;, &quot;uploads/b&quot;]",
  )
  expect((await send(signed, "text", { acl: "public-read" })).text).toContain("Extra input fields: acl")
  expect(await send(signed, "text", { Policy: btoa("{}") })).toMatchObject({ code: "SignatureDoesNotMatch" })
  expect((await send(await form("uploads/b", { seconds: 0 }))).text).toContain("Policy expired")
  expect(await send({ ...signed, fields: { key: "uploads/b" } })).toMatchObject({ status: 403, code: "AccessDenied" })
})

test("a file is stored only when its size is in the range of the policy", async () => {
  const { form } = await signer(put())
  const signed = await form("uploads/d", { conditions: [["content-length-range", 2, 200_000]] })
  expect(await send(signed, "a")).toMatchObject({ status: 400, code: "EntityTooSmall" })
  const tooLarge = await send(signed, "a".repeat(200_001))
  expect(tooLarge).toMatchObject({ status: 400, code: "EntityTooLarge" })
  expect(tooLarge.text).toContain("<ProposedSize>200001</ProposedSize><MaxSizeAllowed>200000</MaxSizeAllowed>")
  expect(await send(signed, "a".repeat(200_000))).toMatchObject({ status: 204 })
})
