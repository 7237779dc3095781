// Triggers of user pools: functions that check sign-ups and sign-ins, and change tokens.
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { callUserPools } from "../testing/call-user-pools.ts"
import { openSocket } from "../testing/open-socket.ts"
import { appClient, callbackUrl } from "../testing/sign-in-template.ts"
import { openLocal } from "../testing/start-local.ts"

/** Keeps the events, which a route returns. What it does depends on the name of the user. */
const code = `
const seen = []
export const handler = async (event) => {
  if (event.requestContext) return { statusCode: 200, body: JSON.stringify(seen.splice(0)) }
  seen.push(event)
  const { triggerSource, userName, response } = event
  if (userName.startsWith("refused")) throw new Error("No entry")
  if (userName.startsWith("odd")) return "text"
  if (triggerSource.startsWith("PreSignUp") && userName.startsWith("auto")) {
    Object.assign(response, { autoConfirmUser: true, autoVerifyEmail: true })
  }
  if (triggerSource === "PostConfirmation_ConfirmSignUp" && userName.startsWith("late")) throw new Error("Too late")
  const { session, challengeAnswer, privateChallengeParameters } = event.request
  if (triggerSource.startsWith("Define")) {
    const last = session.at(-1)
    const isOver = last?.challengeResult || session.length === 2
    const challengeName = userName.startsWith("srp") ? "PASSWORD_VERIFIER" : "CUSTOM_CHALLENGE"
    event.response = isOver ? { issueTokens: last.challengeResult, failAuthentication: !last.challengeResult } : { challengeName }
  }
  if (triggerSource.startsWith("Create")) {
    event.response = {
      publicChallengeParameters: { question: "1 + 1" },
      privateChallengeParameters: { answer: "2" },
      challengeMetadata: "round " + session.length,
    }
  }
  if (triggerSource.startsWith("Verify")) response.answerCorrect = challengeAnswer === privateChallengeParameters.answer
  if (triggerSource.startsWith("TokenGeneration") && event.version === "1") {
    response.claimsOverrideDetails = {
      claimsToAddOrOverride: { tenant: "t1", sub: "other" },
      claimsToSuppress: ["email"],
      groupOverrideDetails: { groupsToOverride: [...event.request.groupConfiguration.groupsToOverride, "guests"] },
    }
  }
  if (triggerSource.startsWith("TokenGeneration") && event.version === "2") {
    response.claimsAndScopeOverrideDetails = {
      idTokenGeneration: { claimsToAddOrOverride: { plan: { name: "free" } } },
      accessTokenGeneration: { claimsToAddOrOverride: { tenant: "t2" }, scopesToAdd: ["orders"] },
    }
  }
  return event
}`

const Trigger = { "Fn::GetAtt": ["FunctionSeen", "Arn"] }
const names = ["PreSignUp", "PostConfirmation", "PreAuthentication", "PostAuthentication", "PreTokenGeneration"]
const all = Object.fromEntries(names.map((name) => [name, Trigger]))
const customNames = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]
const customTriggers = Object.fromEntries(customNames.map((name) => [name, Trigger]))
const flows = { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }
const pool = (LambdaConfig: object) => ({
  Type: "AWS::Cognito::UserPool",
  Properties: { AutoVerifiedAttributes: ["email"], LambdaConfig },
})
const permission = (poolId: string) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    Action: "lambda:InvokeFunction",
    FunctionName: { Ref: "FunctionSeen" },
    Principal: "cognito-idp.amazonaws.com",
    SourceArn: { "Fn::GetAtt": [poolId, "Arn"] },
  },
})
const output = (id: string) => ({ Value: { Ref: id } })

let local: Awaited<ReturnType<typeof openLocal>>
beforeAll(async () => {
  local = await openLocal(
    {
      routes: { seen: { code, twoWay: true } },
      resources: {
        Pool: pool(all),
        PoolPermission: permission("Pool"),
        Client: appClient("Pool", flows),
        HidingClient: appClient("Pool", { ...flows, PreventUserExistenceErrors: "ENABLED" }),
        Second: pool({ PreTokenGenerationConfig: { LambdaArn: Trigger, LambdaVersion: "V2_0" } }),
        SecondPermission: permission("Second"),
        SecondClient: appClient("Second", flows),
        Tokens: pool({ PreTokenGeneration: Trigger }),
        TokensPermission: permission("Tokens"),
        TokensClient: appClient("Tokens"),
        TokensDomain: {
          Type: "AWS::Cognito::UserPoolDomain",
          Properties: { UserPoolId: { Ref: "Tokens" }, Domain: "tokens" },
        },
        Custom: pool(customTriggers),
        CustomPermission: permission("Custom"),
        CustomClient: appClient("Custom"),
        HidingCustomClient: appClient("Custom", { PreventUserExistenceErrors: "ENABLED" }),
        Denied: pool({ PreSignUp: Trigger }),
        DeniedClient: appClient("Denied", flows),
      },
      outputs: Object.fromEntries(
        [
          "Pool",
          "Tokens",
          "Client",
          "HidingClient",
          "SecondClient",
          "TokensClient",
          "CustomClient",
          "HidingCustomClient",
          "DeniedClient",
        ].map((id) => [id, output(id)]),
      ),
    },
    { users: ["refused", "srp"] },
  )
})
afterAll(() => local.close())

const of = (name: string) => local.gateway.outputs()[name] ?? ""

const call = (operation: string, input: object, isSigned = false) =>
  callUserPools(local.gateway, operation, input, isSigned ? { keys: local.gateway.credentials } : {})

// biome-ignore lint/suspicious/noExplicitAny: the request depends on the trigger
type TriggerEvent = { triggerSource: string; request: any; [key: string]: unknown }

async function seenEvents(): Promise<TriggerEvent[]> {
  const socket = await openSocket(local.url)
  socket.send({ action: "seen" })
  return (await socket.nextJson()) as TriggerEvent[]
}

const Password = "correct horse 1"
let count = 0
const newName = (prefix: string) => `${prefix}${++count}`

const signUp = (Username: string, more: object = {}) =>
  call("SignUp", {
    ClientId: of("Client"),
    Username,
    Password,
    UserAttributes: [{ Name: "email", Value: `${Username}@example.com` }],
    ...more,
  })

const signIn = (USERNAME: string, client = "Client", more: object = {}) =>
  call("InitiateAuth", {
    AuthFlow: "USER_PASSWORD_AUTH",
    ClientId: of(client),
    AuthParameters: { USERNAME, PASSWORD: Password },
    ...more,
  })

describe("a sign-up", () => {
  test("has its events, and a function can confirm the user and the email address", async () => {
    const name = newName("auto")
    const more = { ValidationData: [{ Name: "invited", Value: "yes" }], ClientMetadata: { page: "start" } }
    expect(await signUp(name, more)).toMatchObject({ status: 200, UserConfirmed: true })
    const userAttributes = { email: `${name}@example.com` }
    expect(await seenEvents()).toEqual([
      {
        version: "1",
        region: "us-east-1",
        userPoolId: of("Pool"),
        userName: name,
        callerContext: { awsSdkVersion: expect.any(String), clientId: of("Client") },
        triggerSource: "PreSignUp_SignUp",
        request: { userAttributes, validationData: { invited: "yes" }, clientMetadata: { page: "start" } },
        response: { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: false },
      },
      expect.objectContaining({
        triggerSource: "PostConfirmation_ConfirmSignUp",
        request: {
          userAttributes: {
            ...userAttributes,
            email_verified: "true",
            sub: expect.any(String),
            "cognito:user_status": "CONFIRMED",
          },
          clientMetadata: { page: "start" },
        },
        response: {},
      }),
    ])
  })

  test("that a function rejects creates no user, and has its message", async () => {
    const name = newName("refused")
    const rejected = { status: 400, error: "UserLambdaValidationException" }
    expect(await signUp(name)).toEqual({ ...rejected, message: "PreSignUp failed with error No entry." })
    const input = { UserPoolId: of("Pool"), Username: name }
    expect((await call("AdminGetUser", input, true)).error).toBe("UserNotFoundException")
    expect((await call("AdminCreateUser", input, true)).error).toBe("UserLambdaValidationException")
    expect((await seenEvents()).map(({ triggerSource }) => triggerSource)).toEqual([
      "PreSignUp_SignUp",
      "PreSignUp_AdminCreateUser",
    ])
  })

  test("fails when the function returns no event", async () => {
    expect(await signUp(newName("odd"))).toEqual({
      status: 400,
      error: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
    })
  })

  test("fails when the policy of the function does not allow the pool, which is reported with its fix", async () => {
    expect(await signUp(newName("user"), { ClientId: of("DeniedClient") })).toEqual({
      status: 400,
      error: "UnexpectedLambdaException",
      message: "PreSignUp invocation failed due to error AccessDeniedException.",
    })
    const denied = local.events.find((event) => event.event === "denied")
    expect(denied).toMatchObject({
      action: "lambda:InvokeFunction",
      principalArn: "cognito-idp.amazonaws.com",
      explanation: "Cognito may not invoke FunctionSeen as PreSignUp of Denied: no policy of FunctionSeen allows it.",
      cure: expect.stringContaining('"Principal":"cognito-idp.amazonaws.com"'),
    })
  })

  test("that is confirmed stays confirmed when the function after it fails", async () => {
    const name = newName("late")
    await signUp(name)
    const confirm = { UserPoolId: of("Pool"), Username: name }
    expect(await call("AdminConfirmSignUp", confirm, true)).toMatchObject({
      error: "UserLambdaValidationException",
      message: "PostConfirmation failed with error Too late.",
    })
    expect((await call("AdminGetUser", confirm, true)).UserStatus).toBe("CONFIRMED")
  })
})

describe("a sign-in", () => {
  test("has its events, and a function can change the claims of its tokens", async () => {
    const name = newName("auto")
    await signUp(name)
    await seenEvents()
    const { AuthenticationResult } = await signIn(name, "Client", { ClientMetadata: { device: "phone" } })
    const events = await seenEvents()
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
      "PreAuthentication_Authentication",
      "PostAuthentication_Authentication",
      "TokenGeneration_Authentication",
    ])
    const userAttributes = expect.objectContaining({ email: `${name}@example.com`, sub: expect.any(String) })
    expect(events.map(({ request }) => request)).toEqual([
      { userAttributes, validationData: { device: "phone" } },
      { userAttributes, newDeviceUsed: false },
      { userAttributes, groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [] } },
    ])
    const idToken = decodeJwt(AuthenticationResult.IdToken)
    expect(idToken).toMatchObject({ tenant: "t1", "cognito:groups": ["guests"], "cognito:username": name })
    expect(idToken).not.toHaveProperty("email")
    expect(idToken.sub).toBe(events[2]?.request.userAttributes.sub)
    const accessToken = decodeJwt(AuthenticationResult.AccessToken)
    expect(accessToken).toMatchObject({ "cognito:groups": ["guests"], username: name })
    expect(accessToken).not.toHaveProperty("tenant")
    const AuthParameters = { REFRESH_TOKEN: AuthenticationResult.RefreshToken }
    await call("InitiateAuth", { AuthFlow: "REFRESH_TOKEN_AUTH", ClientId: of("Client"), AuthParameters })
    expect((await seenEvents()).map(({ triggerSource }) => triggerSource)).toEqual(["TokenGeneration_RefreshTokens"])
  })

  test("with the second version of the event changes access tokens and scopes too", async () => {
    const { AuthenticationResult } = await signIn("alice", "SecondClient")
    expect(decodeJwt(AuthenticationResult.IdToken)).toMatchObject({ plan: { name: "free" } })
    expect(decodeJwt(AuthenticationResult.AccessToken)).toMatchObject({
      tenant: "t2",
      scope: "aws.cognito.signin.user.admin orders",
    })
    expect((await seenEvents()).at(-1)?.request).toMatchObject({ scopes: ["aws.cognito.signin.user.admin"] })
  })

  test("that a function rejects has no tokens", async () => {
    const Username = newName("refused")
    const rejected = {
      error: "UserLambdaValidationException",
      message: "PreAuthentication failed with error No entry.",
    }
    expect((await signIn(Username)).error).toBe("UserNotFoundException")
    expect(await signIn(Username, "HidingClient")).toMatchObject(rejected)
    expect((await seenEvents()).at(-1)?.request).toEqual({ userAttributes: {}, userNotFound: true })
  })

  /** Signs a user in on the hosted page of the pool whose function changes tokens. */
  async function signInOnPage(username: string) {
    const base = local.gateway.endpoints["cognito-identity-provider"] ?? ""
    const client = { client_id: of("TokensClient"), redirect_uri: callbackUrl }
    const query = new URLSearchParams({ ...client, response_type: "code", scope: "openid" })
    const page = await fetch(`${base}/login?${query}`)
    const [, _csrf = ""] = /name="_csrf" value="([^"]+)"/.exec(await page.text()) ?? []
    const cookies = page.headers.getSetCookie().map((one) => one.split(";")[0])
    const headers = { cookie: cookies.join("; "), origin: base }
    const form = new URLSearchParams({ username, _csrf })
    const signedIn = await fetch(page.url, { method: "POST", headers, body: form, redirect: "manual" })
    return { base, client, signedIn }
  }

  test("on the hosted page fails for a user who is disabled", async () => {
    const input = { UserPoolId: of("Tokens"), Username: "bob" }
    expect((await call("AdminDisableUser", input, true)).status).toBe(200)
    const { signedIn } = await signInOnPage("bob")
    expect(signedIn.status).toBe(400)
    expect(await signedIn.text()).toContain("An administrator has disabled bob.")
    await call("AdminEnableUser", input, true)
    expect((await signInOnPage("bob")).signedIn.status).toBe(302)
  })

  test("on the hosted page fails when the function of the tokens does", async () => {
    const { base, client, signedIn } = await signInOnPage("refused")
    const code = new URL(signedIn.headers.get("location") ?? "").searchParams.get("code") ?? ""
    const body = new URLSearchParams({ ...client, grant_type: "authorization_code", code })
    const response = await fetch(`${base}/oauth2/token`, { method: "POST", body })
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: "invalid_request", error_description: "PreTokenGeneration failed with error No entry." },
    ])
    await expect(local.gateway.signIn("refused", of("TokensClient"))).rejects.toThrow("failed with error No entry")
  })
})

describe("a sign-in by the challenges of functions", () => {
  const wrong = { status: 400, error: "NotAuthorizedException", message: "Incorrect username or password." }
  const begin = (USERNAME: string, client = "CustomClient") =>
    call("InitiateAuth", {
      AuthFlow: "CUSTOM_AUTH",
      ClientId: of(client),
      AuthParameters: { USERNAME },
      ClientMetadata: { page: "login" },
    })
  const answer = (Session: string, ANSWER: string, client = "CustomClient") =>
    call("RespondToAuthChallenge", {
      ChallengeName: "CUSTOM_CHALLENGE",
      ClientId: of(client),
      Session,
      ChallengeResponses: { USERNAME: "alice", ANSWER },
    })

  test("has tokens after the right answer, also to the second challenge", async () => {
    // Those of the tests before.
    await seenEvents()
    const first = await begin("alice")
    expect(first).toEqual({
      status: 200,
      ChallengeName: "CUSTOM_CHALLENGE",
      Session: expect.any(String),
      ChallengeParameters: { USERNAME: "alice", question: "1 + 1" },
    })
    const second = await answer(first.Session, "3")
    expect(second).toMatchObject({ ChallengeName: "CUSTOM_CHALLENGE" })
    const { AuthenticationResult } = await answer(second.Session, "2")
    expect(decodeJwt(AuthenticationResult.IdToken)).toMatchObject({ "cognito:username": "alice" })
    const events = await seenEvents()
    expect(events.map(({ triggerSource }) => triggerSource.replace(/_Authentication$/, ""))).toEqual([
      ...["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"],
      ...["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse", "DefineAuthChallenge"],
    ])
    const userAttributes = expect.objectContaining({ email: "alice@example.com" })
    expect(events[2]?.request).toEqual({
      userAttributes,
      privateChallengeParameters: { answer: "2" },
      challengeAnswer: "3",
    })
    expect(events.at(-1)?.request).toEqual({
      userAttributes,
      session: [
        { challengeName: "CUSTOM_CHALLENGE", challengeResult: false, challengeMetadata: "round 0" },
        { challengeName: "CUSTOM_CHALLENGE", challengeResult: true, challengeMetadata: "round 1" },
      ],
    })
    expect(events[0]?.request).toMatchObject({ clientMetadata: { page: "login" } })
  })

  test("is rejected after wrong answers, and its session is used once, by its client", async () => {
    const first = await begin("alice")
    const second = await answer(first.Session, "3")
    expect(await answer(first.Session, "2")).toMatchObject({ error: "NotAuthorizedException" })
    expect(await answer(second.Session, "3")).toEqual(wrong)
    const third = await begin("alice")
    expect(await answer(third.Session, "2", "HidingCustomClient")).toMatchObject({ error: "NotAuthorizedException" })
  })

  test("of an unknown user depends on what the client hides, and has no tokens", async () => {
    expect((await begin("nobody")).error).toBe("UserNotFoundException")
    const { Session } = await begin("nobody", "HidingCustomClient")
    expect(await answer(Session, "2", "HidingCustomClient")).toEqual(wrong)
    expect((await seenEvents()).at(-1)?.request).toMatchObject({ userAttributes: {}, userNotFound: true })
  })

  test("needs the functions, and challenges that are served", async () => {
    const noFlows = await begin("alice", "TokensClient")
    expect(noFlows).toMatchObject({ message: "Custom auth lambda trigger is not configured for the user pool." })
    expect(await begin("srp")).toMatchObject({ error: "InvalidLambdaResponseException" })
    await local.untilEvent((event) => event.event === "problem" && event.message.includes("PASSWORD_VERIFIER"))
  })
})
