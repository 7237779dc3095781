// Cognito user pools with their app clients and the host names of their hosted sign-in.
import type { Origin } from "./origin.ts"

export type UserPoolDefinition = Origin & {
  /** `us-east-1_abc123def` */
  userPoolId: string
  /** `cognito-idp.{region}.amazonaws.com`, which serves the discovery document and the keys. */
  host: string
  /** `https://{host}/{userPoolId}`, the issuer of the tokens. */
  issuer: string
  /** Host names of the hosted sign-in: `{domain}.auth.{region}.amazoncognito.com`. */
  domains: string[]
  clients: UserPoolClientDefinition[]
}

export type UserPoolClientDefinition = Origin & {
  clientId: string
  clientName: string
  /** Absent for a public client. */
  clientSecret?: string
  callbackUrls: string[]
  logoutUrls: string[]
  /** `code`, `implicit`, `client_credentials`; empty when the client may not use OAuth. */
  flows: string[]
  scopes: string[]
  validitySeconds: TokenValidity
}

export type TokenValidity = { accessToken: number; idToken: number; refreshToken: number }
