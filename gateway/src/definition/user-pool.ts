// Cognito user pools with their app clients and the host names of their hosted sign-in.
import type { Origin } from "./origin.ts"

export type UserPoolDefinition = Origin & {
  /** `us-east-1_abc123def` */
  userPoolId: string
  arn: string
  region: string
  /** `cognito-idp.{region}.amazonaws.com`, which serves the discovery document and the keys. */
  host: string
  /** `https://{host}/{userPoolId}`, the issuer of the tokens. */
  issuer: string
  /** Host names of the hosted sign-in: `{domain}.auth.{region}.amazoncognito.com`. */
  domains: string[]
  /** What users sign in with instead of a username: `email`, `phone_number`. */
  usernameAttributes: string[]
  /** What users sign in with as well as with their username. */
  aliasAttributes: string[]
  /** Attributes that a code is sent to. */
  autoVerifiedAttributes: string[]
  /** Whether users create their accounts, or only administrators do. */
  allowsSignUp: boolean
  passwordPolicy: PasswordPolicy
  groups: UserGroupDefinition[]
  triggers: UserPoolTrigger[]
  clients: UserPoolClientDefinition[]
}

/** The triggers that are invoked. */
export const triggerNames = [
  "PreSignUp",
  "PostConfirmation",
  "PreAuthentication",
  "PostAuthentication",
  "PreTokenGeneration",
  "DefineAuthChallenge",
  "CreateAuthChallenge",
  "VerifyAuthChallengeResponse",
] as const

export type TriggerName = (typeof triggerNames)[number]

export type UserPoolTrigger = {
  name: TriggerName
  functionArn: string
  /** Of the event. Above 1, PreTokenGeneration changes access tokens too. */
  version: number
  /** Whether the policy of the function allows it; absent until that is decided. */
  isPermitted?: boolean
}

export type UserGroupDefinition = {
  groupName: string
  description?: string
  /** Of several groups, the one with the lowest number comes first. */
  precedence?: number
  roleArn?: string
  /** Usernames that the template attaches. */
  members: string[]
}

export type PasswordPolicy = { minimumLength: number; needs: ("uppercase" | "lowercase" | "numeric" | "symbol")[] }

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
  /** `ALLOW_USER_PASSWORD_AUTH` */
  authFlows: string[]
  /** Whether a sign-in of an unknown user fails as one with a wrong password. */
  hidesUnknownUsers: boolean
  validitySeconds: TokenValidity
}

export type TokenValidity = { accessToken: number; idToken: number; refreshToken: number }
