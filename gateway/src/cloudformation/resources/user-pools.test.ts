// What the Cognito resources of a template yield.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

const UserPoolId = { Ref: "Pool" }

function pool(client: Record<string, unknown> = {}, domain: Record<string, unknown> = { Domain: "sign-in" }) {
  return defineChat({
    Pool: { Type: "AWS::Cognito::UserPool", Properties: {} },
    Client: { Type: "AWS::Cognito::UserPoolClient", Properties: { UserPoolId, ClientName: "app", ...client } },
    Domain: { Type: "AWS::Cognito::UserPoolDomain", Properties: { UserPoolId, ...domain } },
  })
}

const oauth = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid"],
  CallbackURLs: ["https://app.example/"],
  LogoutURLs: ["https://app.example/bye"],
}

test("reads the domains, clients and issuer of a user pool", () => {
  const { userPools, notices } = pool({ ...oauth, GenerateSecret: true })
  const [{ userPoolId, ...read } = { userPoolId: "" }] = userPools
  expect(userPoolId).toMatch(/^us-east-1_[a-z0-9]{9}$/)
  expect(read).toMatchObject({
    host: "cognito-idp.us-east-1.amazonaws.com",
    issuer: `https://cognito-idp.us-east-1.amazonaws.com/${userPoolId}`,
    domains: ["sign-in.auth.us-east-1.amazoncognito.com"],
    clients: [
      {
        clientName: "app",
        clientSecret: expect.stringMatching(/^[a-z0-9]{51}$/),
        callbackUrls: ["https://app.example/"],
        logoutUrls: ["https://app.example/bye"],
        flows: ["code"],
        scopes: ["openid"],
      },
    ],
  })
  expect(notices).toEqual([])
  const custom = pool({}, { Domain: "login.example", CustomDomainConfig: { CertificateArn: "arn:aws:acm:1" } })
  expect(custom.userPools[0]!.domains).toEqual(["login.example"])
})

test("gives a client without AllowedOAuthFlowsUserPoolClient no flows and scopes", () => {
  const [client] = pool({ ...oauth, AllowedOAuthFlowsUserPoolClient: false }).userPools[0]!.clients
  expect(client).toMatchObject({ flows: [], scopes: [] })
  expect(client).not.toHaveProperty("clientSecret")
})

test("reads the validity of tokens in the units of the client", () => {
  const validity = (client: Record<string, unknown>) => pool(client).userPools[0]!.clients[0]!.validitySeconds
  expect(validity({})).toEqual({ accessToken: 3600, idToken: 3600, refreshToken: 30 * 86_400 })
  expect(validity({ AccessTokenValidity: 2, IdTokenValidity: "3", RefreshTokenValidity: 0 })).toEqual({
    accessToken: 7200,
    idToken: 10_800,
    refreshToken: 30 * 86_400,
  })
  const TokenValidityUnits = { AccessToken: "minutes", IdToken: "seconds", RefreshToken: "hours" }
  expect(
    validity({ AccessTokenValidity: 5, IdTokenValidity: 300, RefreshTokenValidity: 1, TokenValidityUnits }),
  ).toEqual({ accessToken: 300, idToken: 300, refreshToken: 3600 })
  expect(() => pool({ TokenValidityUnits: { AccessToken: "weeks" } })).toThrow("must be one of seconds, minutes")
})

test("reads how users sign up and in", () => {
  const [{ clients, ...read } = { clients: [] }] = defineChat({
    Pool: {
      Type: "AWS::Cognito::UserPool",
      Properties: {
        UsernameAttributes: ["email"],
        AutoVerifiedAttributes: ["email"],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true, RequireNumbers: true } },
      },
    },
    Client: {
      Type: "AWS::Cognito::UserPoolClient",
      Properties: {
        UserPoolId,
        ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
        PreventUserExistenceErrors: "ENABLED",
      },
    },
  }).userPools
  expect(read).toMatchObject({
    usernameAttributes: ["email"],
    aliasAttributes: [],
    autoVerifiedAttributes: ["email"],
    allowsSignUp: false,
    passwordPolicy: { minimumLength: 12, needs: ["numeric", "symbol"] },
  })
  expect(clients).toMatchObject([{ authFlows: ["ALLOW_USER_PASSWORD_AUTH"], hidesUnknownUsers: true }])
  const [defaults] = pool().userPools
  expect(defaults).toMatchObject({ allowsSignUp: true, passwordPolicy: { minimumLength: 8, needs: [] } })
  expect(defaults?.clients).toMatchObject([
    { authFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"], hidesUnknownUsers: false },
  ])
})

test("reads the groups of a user pool, and who is attached to them", () => {
  const inPool = (Type: string, properties: Record<string, unknown>) => ({
    Type: `AWS::Cognito::${Type}`,
    Properties: { UserPoolId: { Ref: "Pool" }, ...properties },
  })
  const { userPools, notices } = defineChat({
    Pool: { Type: "AWS::Cognito::UserPool" },
    Other: { Type: "AWS::Cognito::UserPool" },
    Admins: inPool("UserPoolGroup", { GroupName: "admins", Precedence: "1", RoleArn: "arn:role", Description: "All" }),
    Named: inPool("UserPoolGroup", {}),
    Alice: inPool("UserPoolUserToGroupAttachment", { GroupName: { Ref: "Admins" }, Username: "alice" }),
    Bob: inPool("UserPoolUserToGroupAttachment", { GroupName: { Ref: "Named" }, Username: "bob" }),
  })
  expect(userPools.map(({ groups }) => groups)).toEqual([
    [
      { groupName: "admins", precedence: 1, roleArn: "arn:role", description: "All", members: ["alice"] },
      { groupName: expect.stringContaining("Named"), members: ["bob"] },
    ],
    [],
  ])
  expect(notices).toEqual([])
})

test("reads the triggers of a user pool, and reports those that are not invoked", () => {
  const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:a"
  const triggersOf = (LambdaConfig: object) => {
    const { userPools, notices } = defineChat({
      Pool: { Type: "AWS::Cognito::UserPool", Properties: { LambdaConfig } },
    })
    return [userPools[0]?.triggers, notices.map(({ message }) => message)]
  }
  expect(triggersOf({ PreSignUp: functionArn, PreTokenGeneration: functionArn, CustomMessage: functionArn })).toEqual([
    [
      { name: "PreSignUp", functionArn, version: 1 },
      { name: "PreTokenGeneration", functionArn, version: 1 },
    ],
    ["The triggers CustomMessage of a user pool are not invoked."],
  ])
  const PreTokenGenerationConfig = { LambdaArn: functionArn, LambdaVersion: "V2_0" }
  expect(triggersOf({ PreTokenGenerationConfig, PreTokenGeneration: "other", KMSKeyID: "key" })).toEqual([
    [{ name: "PreTokenGeneration", functionArn, version: 2 }],
    [],
  ])
})

test("reports flows that are not served", () => {
  const messages = (client: Record<string, unknown>) => pool(client).notices.map(({ message }) => message)
  expect(messages({ ...oauth, AllowedOAuthFlows: ["client_credentials"] })).toEqual([
    "Only the authorization code flow is served.",
  ])
  expect(messages({ ...oauth, AllowedOAuthFlows: ["implicit", "code"] })).toEqual([])
})
