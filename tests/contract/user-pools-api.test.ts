// The user pools API of Cognito: users sign up, sign in with a password, and are administered by signed requests.
import { createHmac } from "node:crypto"
import { type Gateway, ManualClock } from "@document-insight/gateway"
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { callUserPools } from "../testing/call-user-pools.ts"
import { openSocket } from "../testing/open-socket.ts"
import { appClient, withUserPool } from "../testing/sign-in-template.ts"
import { SrpClient } from "../testing/srp-client.ts"
import { openLocal } from "../testing/start-local.ts"

type Keys = Gateway["credentials"] & { sessionToken?: string }

const keysOfRole = `export const handler = async () => ({ statusCode: 200, body: JSON.stringify({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
  sessionToken: process.env.AWS_SESSION_TOKEN,
}) })`

const flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
const pool = (properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Cognito::UserPool",
  Properties: { AutoVerifiedAttributes: ["email"], ...properties },
})
const output = (id: string) => ({ Value: { Ref: id } })
const api = withUserPool({
  routes: { $connect: {}, keys: { code: keysOfRole, twoWay: true } },
  client: { ExplicitAuthFlows: flows },
  resources: {
    Plain: pool(),
    PlainClient: appClient("Plain", { ExplicitAuthFlows: flows, PreventUserExistenceErrors: "ENABLED" }),
    Emails: pool({
      UsernameAttributes: ["email"],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies: { PasswordPolicy: { MinimumLength: 10, RequireNumbers: true, RequireUppercase: true } },
    }),
    EmailsClient: appClient("Emails", { ExplicitAuthFlows: flows }),
    SecretClient: appClient("Plain", { ExplicitAuthFlows: flows, GenerateSecret: true }),
    NoFlowsClient: appClient("Plain"),
    Admins: { Type: "AWS::Cognito::UserPoolGroup", Properties: { UserPoolId: { Ref: "Plain" }, GroupName: "admins" } },
    AliceIsAdmin: {
      Type: "AWS::Cognito::UserPoolUserToGroupAttachment",
      Properties: { UserPoolId: { Ref: "Plain" }, GroupName: { Ref: "Admins" }, Username: "alice" },
    },
    HiddenClient: appClient("Plain", { PreventUserExistenceErrors: "ENABLED" }),
  },
})
const outputs = {
  ...api.outputs,
  Plain: output("Plain"),
  PlainClient: output("PlainClient"),
  Emails: output("Emails"),
  EmailsClient: output("EmailsClient"),
  SecretClient: output("SecretClient"),
  NoFlowsClient: output("NoFlowsClient"),
  HiddenClient: output("HiddenClient"),
  Secret: { Value: { "Fn::GetAtt": ["SecretClient", "ClientSecret"] } },
}

let local: Awaited<ReturnType<typeof openLocal>>
const clock = new ManualClock(Date.now())
beforeAll(async () => {
  local = await openLocal({ ...api, outputs }, { clock })
})
afterAll(() => local.close())

const of = (name: string) => local.gateway.outputs()[name] ?? ""

const call = (operation: string, input: object, keys?: Keys) =>
  callUserPools(local.gateway, operation, input, { keys, signedAt: new Date(clock.now()) })

const asAdministrator = (operation: string, input: object) => call(operation, input, local.gateway.credentials)

const password = "correct horse 1"
let count = 0
const newName = () => `user${++count}`

/** The code that the gateway has printed last for this user. */
function codeOf(name: string): string {
  const messages = local.events.flatMap((event) => (event.event === "problem" ? [event.message] : []))
  const code = new RegExp(`The code for ${name}@example\\.com is (\\d{6})`)
  return messages.flatMap((message) => code.exec(message)?.[1] ?? []).at(-1) ?? ""
}

async function signUp(Username: string, ClientId = of("PlainClient")) {
  const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }]
  return call("SignUp", { ClientId, Username, Password: password, UserAttributes })
}

async function confirmed(): Promise<string> {
  const name = newName()
  await signUp(name)
  await call("ConfirmSignUp", { ClientId: of("PlainClient"), Username: name, ConfirmationCode: codeOf(name) })
  return name
}

const signIn = (USERNAME: string, PASSWORD = password, ClientId = of("PlainClient")) =>
  call("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD } })

describe("sign-up:", () => {
  test("a user signs up, confirms the account with the code, and signs in", async () => {
    const name = newName()
    expect(await signUp(name)).toEqual({
      status: 200,
      UserConfirmed: false,
      UserSub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "u***@e***" },
    })
    expect(await signIn(name)).toMatchObject({ status: 400, error: "UserNotConfirmedException" })
    const confirm = (ConfirmationCode: string) =>
      call("ConfirmSignUp", { ClientId: of("PlainClient"), Username: name, ConfirmationCode })
    expect(await confirm("no code")).toMatchObject({ status: 400, error: "CodeMismatchException" })
    expect(await confirm(codeOf(name))).toEqual({ status: 200 })
    expect(await confirm(codeOf(name))).toMatchObject({ status: 400, error: "NotAuthorizedException" })
    const { AuthenticationResult } = await signIn(name)
    expect(AuthenticationResult).toMatchObject({
      TokenType: "Bearer",
      ExpiresIn: 3600,
      RefreshToken: expect.any(String),
    })
    expect(decodeJwt(AuthenticationResult.IdToken)).toMatchObject({
      token_use: "id",
      aud: of("PlainClient"),
      "cognito:username": name,
      email: `${name}@example.com`,
      email_verified: true,
    })
    expect(decodeJwt(AuthenticationResult.AccessToken)).toMatchObject({
      token_use: "access",
      username: name,
      scope: "aws.cognito.signin.user.admin",
    })
  })

  test("a name is taken once, a password has the length of the policy, and another code replaces the first", async () => {
    const name = newName()
    await signUp(name)
    expect(await signUp(name)).toMatchObject({ status: 400, error: "UsernameExistsException" })
    const first = codeOf(name)
    await call("ResendConfirmationCode", { ClientId: of("PlainClient"), Username: name })
    expect(codeOf(name)).not.toBe(first)
    const short = await call("SignUp", { ClientId: of("PlainClient"), Username: newName(), Password: "short" })
    expect(short).toMatchObject({ status: 400, error: "InvalidPasswordException" })
  })

  test("a pool in which only administrators create users rejects a sign-up", async () => {
    const rejected = await signUp("a@example.com", of("EmailsClient"))
    expect(rejected).toMatchObject({ status: 400, error: "NotAuthorizedException" })
  })

  test("a forgotten password is replaced with a code, and a known one with itself", async () => {
    const name = await confirmed()
    const ClientId = of("PlainClient")
    await call("ForgotPassword", { ClientId, Username: name })
    const replace = (ConfirmationCode: string) =>
      call("ConfirmForgotPassword", { ClientId, Username: name, ConfirmationCode, Password: "another horse" })
    expect(await replace("000")).toMatchObject({ error: "CodeMismatchException" })
    expect(await replace(codeOf(name))).toEqual({ status: 200 })
    expect(await signIn(name)).toMatchObject({ error: "NotAuthorizedException" })
    const { AccessToken } = (await signIn(name, "another horse")).AuthenticationResult
    const change = (PreviousPassword: string) =>
      call("ChangePassword", { AccessToken, PreviousPassword, ProposedPassword: password })
    expect(await change("wrong")).toMatchObject({ error: "NotAuthorizedException" })
    expect(await change("another horse")).toEqual({ status: 200 })
    expect((await signIn(name)).status).toBe(200)
  })
})

describe("sign-in:", () => {
  test("a client decides whether an unknown user and a wrong password are the same error", async () => {
    const name = await confirmed()
    const wrong = { status: 400, error: "NotAuthorizedException", message: "Incorrect username or password." }
    expect(await signIn(name, "wrong")).toEqual(wrong)
    expect(await signIn("nobody")).toEqual(wrong)
    const Unknown = await signIn("nobody", password, of("ClientId"))
    expect(Unknown).toMatchObject({ status: 400, error: "UserNotFoundException" })
  })

  test("the users of every pool sign in with any password, until they have one", async () => {
    expect(await signIn("alice", "anything", of("EmailsClient"))).toMatchObject({ status: 200 })
    await asAdministrator("AdminSetUserPassword", {
      UserPoolId: of("Plain"),
      Username: "bob",
      Password: password,
      Permanent: true,
    })
    expect(await signIn("bob", "anything")).toMatchObject({ error: "NotAuthorizedException" })
    expect(await signIn("bob")).toMatchObject({ status: 200 })
  })

  test("a refresh token signs in until it is revoked", async () => {
    const ClientId = of("PlainClient")
    const { RefreshToken } = (await signIn(await confirmed())).AuthenticationResult
    const refresh = () =>
      call("InitiateAuth", {
        AuthFlow: "REFRESH_TOKEN_AUTH",
        ClientId,
        AuthParameters: { REFRESH_TOKEN: RefreshToken },
      })
    const { AuthenticationResult } = await refresh()
    expect(AuthenticationResult).toMatchObject({ AccessToken: expect.any(String), IdToken: expect.any(String) })
    expect(AuthenticationResult).not.toHaveProperty("RefreshToken")
    expect(await call("RevokeToken", { ClientId, Token: RefreshToken })).toEqual({ status: 200 })
    expect(await refresh()).toMatchObject({ status: 400, error: "NotAuthorizedException" })
  })

  test("an access token of the API reads its user, and one of another scope or kind does not", async () => {
    const name = await confirmed()
    const { AccessToken, IdToken } = (await signIn(name)).AuthenticationResult
    expect(await call("GetUser", { AccessToken })).toMatchObject({
      Username: name,
      UserAttributes: expect.arrayContaining([{ Name: "email", Value: `${name}@example.com` }]),
    })
    const ofPage = await local.gateway.signIn("alice")
    for (const token of [IdToken, ofPage?.accessToken]) {
      expect(await call("GetUser", { AccessToken: token })).toMatchObject({ error: "NotAuthorizedException" })
    }
  })

  test("a client needs the flow, and a hash of its secret when it has one", async () => {
    const name = await confirmed()
    expect(await signIn(name, password, of("NoFlowsClient"))).toMatchObject({ error: "InvalidParameterException" })
    expect(await signIn(name, password, "unknown")).toMatchObject({ error: "ResourceNotFoundException" })
    const ClientId = of("SecretClient")
    const hash = createHmac("sha256", of("Secret"))
      .update(name + ClientId)
      .digest("base64")
    const withHash = (SECRET_HASH?: string) =>
      call("InitiateAuth", {
        AuthFlow: "USER_PASSWORD_AUTH",
        ClientId,
        AuthParameters: { USERNAME: name, PASSWORD: password, ...(SECRET_HASH && { SECRET_HASH }) },
      })
    expect((await withHash()).error).toBe("NotAuthorizedException")
    expect((await withHash("wrong")).error).toBe("NotAuthorizedException")
    expect((await withHash(hash)).status).toBe(200)
  })

  test("a flow that is not served is rejected and reported", async () => {
    const choice = { AuthFlow: "USER_AUTH", ClientId: of("PlainClient"), AuthParameters: { USERNAME: "alice" } }
    expect(await call("InitiateAuth", choice)).toMatchObject({ status: 400, error: "InvalidParameterException" })
    await local.untilEvent((event) => event.event === "problem" && event.message.includes("USER_AUTH"))
    const challenge = { ChallengeName: "SMS_MFA", ClientId: of("PlainClient"), ChallengeResponses: {} }
    expect(await call("RespondToAuthChallenge", challenge)).toMatchObject({ error: "InvalidParameterException" })
    await local.untilEvent((event) => event.event === "problem" && event.message.includes("SMS_MFA"))
  })
})

describe("sign-in by SRP:", () => {
  const wrong = { status: 400, error: "NotAuthorizedException", message: "Incorrect username or password." }
  // A client that names no flows allows SRP.
  const ClientId = () => of("NoFlowsClient")

  async function begin(USERNAME: string, client = ClientId()) {
    const srp = new SrpClient()
    const AuthParameters = { USERNAME, SRP_A: srp.publicKey }
    return { srp, output: await call("InitiateAuth", { AuthFlow: "USER_SRP_AUTH", ClientId: client, AuthParameters }) }
  }

  const respond = (ChallengeResponses: object, client = ClientId()) =>
    call("RespondToAuthChallenge", { ChallengeName: "PASSWORD_VERIFIER", ClientId: client, ChallengeResponses })

  async function signInBySrp(name: string, given = password) {
    const { srp, output } = await begin(name)
    expect(output).toMatchObject({ status: 200, ChallengeName: "PASSWORD_VERIFIER" })
    const responses = srp.prove(of("Plain"), given, output.ChallengeParameters)
    return { responses, result: await respond(responses) }
  }

  test("a client proves that it knows the password, once", async () => {
    const name = await confirmed()
    for (let run = 0; run < 4; run++) {
      const { responses, result } = await signInBySrp(name)
      expect(decodeJwt(result.AuthenticationResult.IdToken)).toMatchObject({ "cognito:username": name })
      expect(await respond(responses)).toEqual(wrong)
    }
    expect((await signInBySrp(name, "another password")).result).toEqual(wrong)
  })

  test("a proof needs its challenge, its time and its pool", async () => {
    const name = await confirmed()
    const { srp, output } = await begin(name)
    const responses = srp.prove(of("Plain"), password, output.ChallengeParameters)
    expect(await respond({ ...responses, PASSWORD_CLAIM_SECRET_BLOCK: "other" })).toEqual(wrong)
    expect(await respond({ ...responses, TIMESTAMP: "Thu Nov 26 12:00:01 UTC 2026" })).toEqual(wrong)
    const other = await begin(name)
    const ofOther = other.srp.prove(of("Plain"), password, other.output.ChallengeParameters)
    expect(await respond(ofOther, of("EmailsClient"))).toEqual(wrong)
    const late = await begin(name)
    const lateResponses = late.srp.prove(of("Plain"), password, late.output.ChallengeParameters)
    clock.advance(3 * 60_000)
    expect(await respond(lateResponses)).toEqual(wrong)
  })

  test("an account that is not confirmed, a temporary password and an unknown user are treated as without SRP", async () => {
    const name = newName()
    await signUp(name)
    expect((await signInBySrp(name)).result).toMatchObject({ error: "UserNotConfirmedException" })
    await asAdministrator("AdminSetUserPassword", { UserPoolId: of("Plain"), Username: name, Password: password })
    expect((await signInBySrp(name)).result).toMatchObject({ ChallengeName: "NEW_PASSWORD_REQUIRED" })
    expect((await begin("nobody")).output).toMatchObject({ error: "UserNotFoundException" })
  })

  test("a client that hides unknown users challenges them too, and no proof is right", async () => {
    const { srp, output } = await begin("nobody", of("HiddenClient"))
    const responses = srp.prove(of("Plain"), password, output.ChallengeParameters)
    expect(await respond(responses, of("HiddenClient"))).toEqual(wrong)
  })

  test("a user with any password cannot prove it, which is reported", async () => {
    expect((await begin("alice")).output).toEqual(wrong)
    await local.untilEvent((event) => event.event === "problem" && event.message.includes("which SRP cannot prove"))
  })

  test("a client needs the flow and a key", async () => {
    const name = await confirmed()
    expect((await begin(name, of("PlainClient"))).output).toMatchObject({ error: "InvalidParameterException" })
    const initiate = (AuthParameters: object) =>
      call("InitiateAuth", { AuthFlow: "USER_SRP_AUTH", ClientId: ClientId(), AuthParameters })
    for (const key of [{}, { SRP_A: "0" }]) {
      expect(await initiate({ USERNAME: name, ...key })).toMatchObject({ error: "InvalidParameterException" })
    }
  })
})

describe("the own account:", () => {
  const signedIn = async () => {
    const name = await confirmed()
    return { name, ...(await signIn(name)).AuthenticationResult } as { name: string; [token: string]: string }
  }
  const refresh = (REFRESH_TOKEN = "") =>
    call("InitiateAuth", {
      AuthFlow: "REFRESH_TOKEN_AUTH",
      ClientId: of("PlainClient"),
      AuthParameters: { REFRESH_TOKEN },
    })
  const revoked = { status: 400, error: "NotAuthorizedException" }

  test("a user changes attributes, and another email address is not verified", async () => {
    const { name, AccessToken } = await signedIn()
    const change = (UserAttributes: object[]) => call("UpdateUserAttributes", { AccessToken, UserAttributes })
    const read = async () => {
      const { UserAttributes } = await call("GetUser", { AccessToken })
      return Object.fromEntries(UserAttributes.map((one: { Name: string; Value: string }) => [one.Name, one.Value]))
    }
    expect(await read()).toMatchObject({ email: `${name}@example.com`, email_verified: "true" })
    await change([
      { Name: "name", Value: "Carol" },
      { Name: "sub", Value: "other" },
    ])
    expect(await read()).toMatchObject({ name: "Carol", email_verified: "true", sub: expect.stringContaining("-") })
    await change([
      { Name: "email", Value: "new@example.com" },
      { Name: "email_verified", Value: "true" },
    ])
    expect(await read()).toMatchObject({ email: "new@example.com", email_verified: "false" })
    const input = { UserPoolId: of("Plain"), Username: name }
    await asAdministrator("AdminUpdateUserAttributes", {
      ...input,
      UserAttributes: [
        { Name: "email", Value: "set@example.com" },
        { Name: "email_verified", Value: "true" },
      ],
    })
    expect(await read()).toMatchObject({ email: "set@example.com", email_verified: "true" })
    await asAdministrator("AdminDeleteUserAttributes", { ...input, UserAttributeNames: ["name", "sub"] })
    expect(await read()).not.toHaveProperty("name")
    expect(await read()).toHaveProperty("sub")
  })

  test("a user signs out everywhere, and so does an administrator for a user", async () => {
    for (const byAdministrator of [false, true]) {
      const { name, AccessToken, RefreshToken } = await signedIn()
      const { AuthenticationResult: second } = await signIn(name)
      const signOut = byAdministrator
        ? asAdministrator("AdminUserGlobalSignOut", { UserPoolId: of("Plain"), Username: name })
        : call("GlobalSignOut", { AccessToken })
      expect(await signOut).toEqual({ status: 200 })
      for (const token of [AccessToken, second.AccessToken]) {
        expect(await call("GetUser", { AccessToken: token })).toMatchObject(revoked)
      }
      for (const token of [RefreshToken, second.RefreshToken]) expect(await refresh(token)).toMatchObject(revoked)
      const { AuthenticationResult: third } = await signIn(name)
      expect((await call("GetUser", { AccessToken: third.AccessToken })).status).toBe(200)
    }
  })

  test("a user deletes the account", async () => {
    const { name, AccessToken, RefreshToken } = await signedIn()
    expect(await call("DeleteUser", { AccessToken })).toEqual({ status: 200 })
    expect(await call("GetUser", { AccessToken })).toMatchObject(revoked)
    expect(await refresh(RefreshToken)).toMatchObject(revoked)
    expect((await signIn(name)).error).toBe("NotAuthorizedException")
    const { AuthenticationResult: alice } = await signIn("alice")
    expect((await call("DeleteUser", { AccessToken: alice.AccessToken })).error).toBe("InvalidParameterException")
  })

  test("a user who is disabled is signed out and cannot sign in, until enabled", async () => {
    const { name, AccessToken, RefreshToken } = await signedIn()
    const input = { UserPoolId: of("Plain"), Username: name }
    await asAdministrator("AdminDisableUser", input)
    expect(await call("GetUser", { AccessToken })).toMatchObject(revoked)
    expect(await refresh(RefreshToken)).toMatchObject(revoked)
    expect(await signIn(name)).toMatchObject({ ...revoked, message: "User is disabled." })
    expect((await asAdministrator("AdminGetUser", input)).Enabled).toBe(false)
    await asAdministrator("AdminEnableUser", input)
    expect((await signIn(name)).status).toBe(200)
  })
})

describe("groups:", () => {
  const inPool = (operation: string, input: object = {}) =>
    asAdministrator(operation, { UserPoolId: of("Plain"), ...input })

  test("tokens have the groups of their user, those of the template among them", async () => {
    const claimsOf = async (name: string) => {
      const { AccessToken, IdToken } = (await signIn(name)).AuthenticationResult
      return [decodeJwt(AccessToken)["cognito:groups"], decodeJwt(IdToken)["cognito:groups"]]
    }
    expect(await claimsOf("alice")).toEqual([["admins"], ["admins"]])
    const name = await confirmed()
    expect(await claimsOf(name)).toEqual([undefined, undefined])
    await inPool("CreateGroup", { GroupName: "own", Precedence: 0, RoleArn: "arn:aws:iam::1:role/r" })
    for (const GroupName of ["admins", "own"]) await inPool("AdminAddUserToGroup", { GroupName, Username: name })
    expect(await claimsOf(name)).toEqual([
      ["own", "admins"],
      ["own", "admins"],
    ])
    const { IdToken } = (await signIn(name)).AuthenticationResult
    expect(decodeJwt(IdToken)).toMatchObject({ "cognito:preferred_role": "arn:aws:iam::1:role/r" })
    await inPool("AdminRemoveUserFromGroup", { GroupName: "own", Username: name })
    expect(await claimsOf(name)).toEqual([["admins"], ["admins"]])
  })

  test("an administrator creates, reads, changes, lists and deletes groups", async () => {
    const GroupName = "editors"
    const created = await inPool("CreateGroup", { GroupName, Description: "first" })
    expect(created.Group).toMatchObject({ GroupName, UserPoolId: of("Plain"), Description: "first" })
    expect((await inPool("CreateGroup", { GroupName })).error).toBe("GroupExistsException")
    await inPool("UpdateGroup", { GroupName, Description: "second", Precedence: 3 })
    expect((await inPool("GetGroup", { GroupName })).Group).toMatchObject({ Description: "second", Precedence: 3 })
    const name = await confirmed()
    await inPool("AdminAddUserToGroup", { GroupName, Username: name })
    expect((await inPool("ListUsersInGroup", { GroupName })).Users).toMatchObject([{ Username: name }])
    const { Groups } = await inPool("AdminListGroupsForUser", { Username: name })
    expect(Groups).toMatchObject([{ GroupName }])
    const { Groups: all } = await inPool("ListGroups", { Limit: 1 })
    expect(all).toHaveLength(1)
    await inPool("AdminDeleteUser", { Username: name })
    expect((await inPool("ListUsersInGroup", { GroupName })).Users).toEqual([])
    await inPool("DeleteGroup", { GroupName })
    expect((await inPool("GetGroup", { GroupName })).error).toBe("ResourceNotFoundException")
    expect((await inPool("AdminAddUserToGroup", { GroupName: "admins", Username: "nobody" })).error).toBe(
      "UserNotFoundException",
    )
  })
})

describe("administration:", () => {
  test("an administrator creates a user, who chooses another password at the first sign-in", async () => {
    const UserPoolId = of("Emails")
    const ClientId = of("EmailsClient")
    const create = (input: object) => asAdministrator("AdminCreateUser", { UserPoolId, ...input })
    expect((await create({ Username: "no email", TemporaryPassword: "Temporary1" })).error).toBe(
      "InvalidParameterException",
    )
    const Username = "carol@example.com"
    const weak = await create({ Username, TemporaryPassword: "temporary1" })
    expect(weak).toMatchObject({ error: "InvalidPasswordException", message: expect.stringContaining("uppercase") })
    const { User } = await create({ Username, TemporaryPassword: "Temporary1" })
    expect(User).toMatchObject({ UserStatus: "FORCE_CHANGE_PASSWORD", Enabled: true })
    expect(User.Attributes).toContainEqual({ Name: "sub", Value: User.Username })
    const begun = await signIn(Username, "Temporary1", ClientId)
    expect(begun).toMatchObject({ ChallengeName: "NEW_PASSWORD_REQUIRED", Session: expect.any(String) })
    const respond = (NEW_PASSWORD: string, Session = begun.Session) =>
      call("RespondToAuthChallenge", {
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        ClientId,
        Session,
        ChallengeResponses: { USERNAME: Username, NEW_PASSWORD },
      })
    expect((await respond("Permanent10", "other")).error).toBe("NotAuthorizedException")
    const { AuthenticationResult } = await respond("Permanent10")
    expect(decodeJwt(AuthenticationResult.IdToken)).toMatchObject({
      "cognito:username": User.Username,
      email: Username,
    })
    expect((await respond("Permanent11")).error).toBe("NotAuthorizedException")
    expect((await signIn(Username, "Permanent10", ClientId)).status).toBe(200)
  })

  test("an administrator confirms, reads, changes, finds, signs in and deletes a user", async () => {
    const UserPoolId = of("Plain")
    const Username = newName()
    await signUp(Username)
    const user = { UserPoolId, Username }
    expect(await asAdministrator("AdminConfirmSignUp", user)).toEqual({ status: 200 })
    const UserAttributes = [{ Name: "custom:team", Value: "red" }]
    expect(await asAdministrator("AdminUpdateUserAttributes", { ...user, UserAttributes })).toEqual({ status: 200 })
    expect(await asAdministrator("AdminGetUser", user)).toMatchObject({
      Username,
      UserStatus: "CONFIRMED",
      UserAttributes: expect.arrayContaining([{ Name: "custom:team", Value: "red" }]),
    })
    const list = async (Filter: string) => {
      const { Users } = await asAdministrator("ListUsers", { UserPoolId, Filter })
      return Users.map((one: { Username: string }) => one.Username)
    }
    expect(await list(`email = "${Username}@example.com"`)).toEqual([Username])
    expect(await list(`username ^= "${Username}"`)).toContain(Username)
    const { AuthenticationResult } = await asAdministrator("AdminInitiateAuth", {
      UserPoolId,
      ClientId: of("PlainClient"),
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: Username, PASSWORD: password },
    })
    expect(decodeJwt(AuthenticationResult.IdToken)).toMatchObject({ "custom:team": "red" })
    expect(await asAdministrator("AdminDeleteUser", user)).toEqual({ status: 200 })
    expect(await asAdministrator("AdminGetUser", user)).toMatchObject({ error: "UserNotFoundException" })
    expect(await call("GetUser", { AccessToken: AuthenticationResult.AccessToken })).toMatchObject({ status: 400 })
  })

  test("users are listed in pages", async () => {
    const UserPoolId = of("PoolId")
    const page = (PaginationToken?: string) => asAdministrator("ListUsers", { UserPoolId, Limit: 1, PaginationToken })
    const { Users, PaginationToken } = await page()
    const { Users: others, ...last } = await page(PaginationToken)
    expect([...Users, ...others].map((user) => user.Username)).toEqual(["alice", "bob"])
    expect(last).not.toHaveProperty("PaginationToken")
  })

  test("a role needs the permission on the pool, and an unsigned request is rejected", async () => {
    const input = { UserPoolId: of("Plain"), Username: "alice" }
    const socket = await openSocket(local.url)
    socket.send({ action: "keys" })
    const keys: Keys = await socket.nextJson()
    expect(await call("AdminGetUser", input, keys)).toMatchObject({ status: 400, error: "AccessDeniedException" })
    const denied = local.events.find((event) => event.event === "denied")
    expect(denied).toMatchObject({
      action: "cognito-idp:AdminGetUser",
      resource: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${of("Plain")}`,
    })
    expect((await call("AdminGetUser", input)).status).toBe(403)
  })

  test("an operation that is not served is rejected and reported", async () => {
    expect(await call("AdminSetUserMFAPreference", {})).toMatchObject({ status: 400, error: "NotServedLocally" })
    await local.untilEvent((event) => event.event === "problem" && event.message.includes("AdminSetUserMFAPreference"))
  })
})
