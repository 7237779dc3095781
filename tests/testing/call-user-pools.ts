// Calls operations of the user pools API of a local gateway.
import type { Gateway } from "@document-insight/gateway"
import { signedHeaders } from "./sign-handshake.ts"

// biome-ignore lint/suspicious/noExplicitAny: the keys depend on the operation
export type UserPoolOutput = { status: number; error?: string; message?: string } & Record<string, any>

export type UserPoolCaller = {
  /** Without them, the request is not signed. */
  keys?: (Gateway["credentials"] & { sessionToken?: string }) | undefined
  signedAt?: Date
}

export async function callUserPools(
  gateway: Gateway,
  operation: string,
  input: object,
  { keys, signedAt = new Date() }: UserPoolCaller = {},
): Promise<UserPoolOutput> {
  const url = `${gateway.endpoints["cognito-identity-provider"]}/`
  const body = JSON.stringify(input)
  const options = { service: "cognito-idp", method: "POST", body, signedAt }
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      ...(keys && (await signedHeaders(url, keys, options))),
    },
  })
  const { __type: error, ...result } = (await response.json()) as Record<string, string>
  return { status: response.status, ...(error !== undefined && { error }), ...result }
}
