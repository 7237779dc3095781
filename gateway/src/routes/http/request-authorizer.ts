// Describes an authorized caller in events and access logs.
import { createHash } from "node:crypto"
import type { Signer } from "../../definition/permission.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { HttpRequest } from "./request.ts"

export type RequestAuthorizer =
  /** `scopes` is null for a route without scopes. */
  | { type: "jwt"; claims: Record<string, string>; scopes: string[] | null }
  /** The context of a Lambda authorizer. The keys come from the function, so the prototype is null. */
  | { type: "lambda"; context: Record<string, unknown> }
  | { type: "iam"; accessKey: string; accountId: string; userArn: string; userId: string }

/** The value of `requestContext.authorizer` in payload format 2.0. */
export function authorizerOfFormat2(authorizer: RequestAuthorizer): Record<string, unknown> {
  if (authorizer.type === "jwt") return { jwt: { claims: authorizer.claims, scopes: authorizer.scopes } }
  if (authorizer.type === "lambda") return { lambda: authorizer.context }
  const { accessKey, accountId, userArn, userId } = authorizer
  // AWS: a caller without a Cognito identity has null there (http-iam-cognito)
  return {
    iam: { accessKey, accountId, callerId: userId, cognitoIdentity: null, principalOrgId: null, userArn, userId },
  }
}

/** The value of `requestContext.authorizer` in payload format 1.0. */
export function authorizerOfFormat1(authorizer: RequestAuthorizer | undefined): Record<string, unknown> {
  if (authorizer?.type === "jwt") return { claims: authorizer.claims, scopes: authorizer.scopes }
  if (authorizer?.type === "lambda") return authorizer.context
  return { claims: null, scopes: null }
}

/** AWS: claims arrive as text, a list in brackets without commas (http-jwt-claim-text) */
export function claimTexts(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  const present = Object.entries(claims).filter(([, value]) => value !== null && value !== undefined)
  return recordFrom(present.map(([name, value]) => [name, claimText(value)]))
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(" ")}]`
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** AWS: an access log has claims as `$context.authorizer.claims.{name}` (http-jwt-log) */
export function claimVariables(claims: Readonly<Record<string, string>>): Record<string, string> {
  return recordFrom(Object.entries(claims).map(([name, value]) => [`claims.${name}`, value]))
}

/** The authorizer of a request that `signer` has signed. */
export function iamAuthorizerOf({ arn, accountId }: Signer, request: HttpRequest): RequestAuthorizer {
  const accessKey = accessKeyOf(request) ?? ""
  return { type: "iam", accessKey, accountId, userArn: arn, userId: uniqueId(arn) }
}

/** The id of the access key that signed a request, from its header or its query string. */
export function accessKeyOf({ headers, query }: Pick<HttpRequest, "headers" | "query">): string | undefined {
  return (
    /Credential=([^/,\s]+)/.exec(headers.authorization?.[0] ?? "")?.[1] ??
    new URLSearchParams(query).get("X-Amz-Credential")?.split("/")[0]
  )
}

/** Differs: the unique id of the role or user is derived from its ARN (http-iam-context) */
function uniqueId(arn: string): string {
  const [, kind = "", name = "", session] = /:([a-z-]+)\/([^/]+)(?:\/(.+))?$/.exec(arn) ?? []
  const digits = createHash("sha256").update(`${kind}/${name}`).digest("hex").slice(0, 17).toUpperCase()
  return session === undefined ? `AIDA${digits}` : `AROA${digits}:${session}`
}
