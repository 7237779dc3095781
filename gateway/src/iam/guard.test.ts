// Signature and grant together, as the edges ask about a request.
import { describe, expect, test } from "vitest"
import type { FunctionUrlDefinition } from "../definition/function-url.ts"
import type { Permission } from "../definition/permission.ts"
import { type LogFields, silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import type { Access } from "./access.ts"
import { CredentialStore, type RolePrincipal } from "./credentials.ts"
import type { AccessMode } from "./denial.ts"
import { createGuard } from "./guard.ts"
import { isoBasic } from "./sigv4/iso-basic.ts"
import { canonicalPath, emptySha256, sign } from "./sigv4/signing.ts"

const principal: RolePrincipal = {
  arn: "arn:aws:sts::0:assumed-role/r/f",
  roleArn: "arn:aws:iam::0:role/r",
  accountId: "0",
  administrator: false,
}
const resource = { apiId: "abc", stageName: "dev", method: "GET" }

function guardWith({
  decision = { allowed: true },
  mode = "enforce",
}: {
  decision?: Permission
  mode?: AccessMode
} = {}) {
  const clock = new ManualClock()
  const credentials = new CredentialStore(clock)
  const asked: unknown[] = []
  const answer = (who: unknown, what: unknown) => {
    asked.push([who, what])
    return decision
  }
  const regions = { regionOf: () => "us-east-1", regions: ["us-east-1"] }
  const calls = { manageConnections: answer, invokeRoute: answer, invokeUrl: answer, isRestricted: () => true }
  const access = { ...regions, ...calls } as unknown as Access
  const warnings: (LogFields | undefined)[] = []
  const log = { ...silentLog, warn: (_event: string, fields?: LogFields) => void warnings.push(fields) }
  const guard = createGuard({ access: () => access, credentials, clock, mode, log })
  const keys = credentials.issue(principal)

  function signed(service: string, region = "us-east-1") {
    const signedAt = isoBasic(clock.now())
    const scope = { date: signedAt.slice(0, 8), region, service }
    const headers = { host: "h", "x-amz-date": signedAt, "x-amz-security-token": keys.sessionToken }
    const signedHeaders = Object.keys(headers)
    const request = { method: "GET", path: "/dev/@connections/x", query: "", headers }
    const path = canonicalPath(request.path, service)
    const parts = {
      method: "GET",
      canonicalPath: path,
      canonicalQuery: "",
      signedHeaders,
      headers,
      payloadHash: emptySha256,
    }
    const signature = sign(keys, scope, signedAt, parts).toString("hex")
    const credential = `${keys.accessKeyId}/${scope.date}/${region}/${service}/aws4_request`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`
    return { ...request, headers: { ...headers, authorization }, bodySha256: emptySha256 }
  }
  return { guard, asked, signed, warnings }
}

const unsigned = { method: "GET", path: "/", query: "", headers: { host: "h" } }

describe("a call to @connections", () => {
  test("that a permitted principal signed is allowed, and authorized as that principal", () => {
    const { guard, asked, signed } = guardWith()
    expect(guard.mayManage(signed("execute-api"), resource)).toMatchObject({ allowed: true, signer: principal })
    expect(asked).toEqual([[principal, resource]])
  })

  test("that a principal without permission signed is denied with AWS's message", () => {
    const { guard, signed } = guardWith({ decision: { allowed: false, message: "User: x is not authorized" } })
    expect(guard.mayManage(signed("execute-api"), resource)).toEqual({
      allowed: false,
      errorType: "AccessDeniedException",
      message: "User: x is not authorized",
    })
  })

  test("that is not signed is rejected before any policy is evaluated", () => {
    const { guard, asked } = guardWith()
    expect(guard.mayManage(unsigned, resource)).toMatchObject({
      allowed: false,
      errorType: "MissingAuthenticationTokenException",
    })
    expect(asked).toEqual([])
  })

  test("that is signed for another region is rejected with AWS's message, and reported once with the fix", () => {
    const { guard, signed, warnings } = guardWith()
    const message = "Credential should be scoped to a valid region, not 'eu-west-1'. "
    const rejected = { allowed: false, errorType: "InvalidSignatureException", message }
    expect(guard.mayManage(signed("execute-api", "eu-west-1"), resource)).toEqual(rejected)
    expect(guard.mayManage(signed("execute-api", "eu-west-1"), resource)).toEqual(rejected)
    expect(warnings).toEqual([
      {
        message: `GET /dev/@connections/x: ${message.trim()}`,
        apiId: "abc",
        hint: "sign it for the service execute-api in us-east-1, with credentials of this run",
      },
    ])
  })

  test("is reported for the first hundred different rejections only", () => {
    const { guard, warnings } = guardWith()
    for (let at = 0; at < 150; at++) guard.mayManage({ ...unsigned, path: `/dev/${at}` }, resource)
    expect(warnings).toHaveLength(100)
    expect(warnings.at(-1)?.message).toBe("GET /dev/99: Missing Authentication Token")
  })

  test("that is rejected is reported once for all connections and for every time", () => {
    const { guard, signed, warnings } = guardWith()
    for (const id of ["a", "b%3D"]) {
      const request = signed("execute-api", "eu-west-1")
      guard.mayManage({ ...request, path: `/dev/@connections/${id}` }, resource)
    }
    expect(warnings).toHaveLength(1)
  })

  test("needs a signature in warn mode too, because an unsigned request has no principal", () => {
    expect(guardWith({ mode: "warn" }).guard.mayManage(unsigned, resource)).toMatchObject({ allowed: false })
  })

  test("needs no signature when nothing is enforced", () => {
    expect(guardWith({ mode: "off" }).guard.mayManage(unsigned, resource)).toEqual({ allowed: true })
  })
})

test("a request to an AWS_IAM route is authorized for its route, with the region of its API", () => {
  const { guard, asked, signed } = guardWith()
  const route = { apiId: "abc", stageName: "dev", routeKey: "$connect" }
  expect(guard.mayCallRoute(signed("execute-api"), route)).toMatchObject({ allowed: true, signer: principal })
  expect(asked).toEqual([[principal, route]])
})

describe("a request to a function URL", () => {
  const url = { urlId: "u1", environment: { region: "eu-west-3" } } as unknown as FunctionUrlDefinition

  test("without a signature is authorized without a principal", () => {
    expect(guardWith().guard.mayInvokeUrl(url)).toEqual({ allowed: true })
    const { guard } = guardWith({ decision: { allowed: false, message: "No policy allows it." } })
    const denied = { allowed: false, message: "No policy allows it.", errorType: "AccessDeniedException" }
    expect(guard.mayInvokeUrl(url)).toEqual(denied)
  })

  test("is signed for Lambda in the region of the function", () => {
    const { guard, asked, signed } = guardWith()
    expect(guard.mayInvokeUrl(url, signed("lambda", "eu-west-3"))).toMatchObject({ allowed: true, signer: principal })
    expect(asked).toEqual([[url, principal]])
    for (const request of [signed("lambda", "us-east-1"), signed("execute-api", "eu-west-3")]) {
      expect(guard.mayInvokeUrl(url, request)).toMatchObject({ errorType: "InvalidSignatureException" })
    }
  })
})

describe("a request to S3", () => {
  test("needs a signature for S3", () => {
    const { guard, signed } = guardWith()
    const wrongScope = { status: 403, errorType: "AuthorizationHeaderMalformed" }
    expect(guard.authenticate(signed("s3"), "s3")).toMatchObject({ outcome: "verified" })
    expect(guard.authenticate(signed("execute-api"), "s3")).toMatchObject(wrongScope)
    expect(guard.authenticate(unsigned, "s3")).toMatchObject({ status: 403, errorType: "AccessDenied" })
  })

  test("needs a signature when nothing is enforced too, because a presigned URL expires", () => {
    const { guard } = guardWith({ mode: "off" })
    expect(guard.authenticate(unsigned, "s3")).toMatchObject({ errorType: "AccessDenied" })
  })
})

describe.each(["dynamodb", "sqs"] as const)("a request to %s", (service) => {
  test.each(["enforce", "warn"] as const)("needs a signature for that service in mode %s", (mode) => {
    const { guard, signed } = guardWith({ mode })
    expect(guard.authenticate(signed(service), service)).toMatchObject({ outcome: "verified" })
    const wrongScope = { status: 403, errorType: "InvalidSignatureException" }
    expect(guard.authenticate(signed("s3"), service)).toMatchObject(wrongScope)
    const missing = { status: 403, errorType: "MissingAuthenticationTokenException" }
    expect(guard.authenticate(unsigned, service)).toMatchObject(missing)
  })

  test("needs no signature when nothing is enforced", () => {
    expect(guardWith({ mode: "off" }).guard.authenticate(unsigned, service)).toMatchObject({ outcome: "verified" })
  })
})

test("a request to a service that is signed for another region is reported once, with the option for the region", () => {
  const { guard, signed, warnings } = guardWith()
  for (let request = 0; request < 2; request++) {
    expect(guard.authenticate(signed("dynamodb", "eu-west-2"), "dynamodb")).toMatchObject({ outcome: "rejected" })
  }
  expect(warnings).toEqual([
    {
      message: "dynamodb: Credential should be scoped to a valid region, not 'eu-west-2'.",
      apiId: undefined,
      hint: "start with --region eu-west-2 if the application is deployed there; here it is in us-east-1",
    },
  ])
})
