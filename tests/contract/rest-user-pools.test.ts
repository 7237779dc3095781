// Methods of REST APIs that user pools authorize: tokens that are accepted, and those that are not.
import { ManualClock } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { withUserPool } from "../testing/sign-in-template.ts"
import { shareLocal } from "../testing/start-local.ts"
import { invokeUri, type TestApi } from "../testing/template.ts"

const RestApiId = { Ref: "Rest" }

type EchoedEvent = { requestContext: { authorizer: { claims: Record<string, string> } } }

type Options = { method?: Record<string, unknown>; authorizer?: Record<string, unknown> }

/** A REST API whose method GET /me responds with its event. */
function withRest({ method = {}, authorizer = {} }: Options): TestApi {
  const api = withUserPool()
  return {
    ...api,
    resources: {
      ...api.resources,
      Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
      RestPool: {
        Type: "AWS::ApiGateway::Authorizer",
        Properties: {
          RestApiId,
          Name: "pool",
          Type: "COGNITO_USER_POOLS",
          ProviderARNs: [{ "Fn::GetAtt": ["Pool", "Arn"] }],
          IdentitySource: "method.request.header.Authorization",
          ...authorizer,
        },
      },
      RestMe: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId, ParentId: { "Fn::GetAtt": ["Rest", "RootResourceId"] }, PathPart: "me" },
      },
      RestGet: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId,
          ResourceId: { Ref: "RestMe" },
          HttpMethod: "GET",
          AuthorizationType: "COGNITO_USER_POOLS",
          AuthorizerId: { Ref: "RestPool" },
          Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: invokeUri("Me") },
          ...method,
        },
      },
      RestDeployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: ["RestGet"], Properties: { RestApiId } },
      RestStage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: { RestApiId, StageName: "dev", DeploymentId: { Ref: "RestDeployment" } },
      },
      RestPermission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "Me" },
          Principal: "apigateway.amazonaws.com",
        },
      },
    },
    outputs: {
      ...api.outputs,
      RestUrl: { Value: { "Fn::Sub": "https://${Rest}.execute-api.${AWS::Region}.amazonaws.com/dev/me" } },
    },
  }
}

const clock = new ManualClock(Date.UTC(2026, 0, 1))
const serve = shareLocal({ clock })

async function start(options: Options = {}) {
  const { gateway, events } = await serve(withRest(options))
  const { RestUrl = "", ClientId = "", PoolId = "" } = gateway.outputs()
  const alice = await gateway.signIn("alice")
  if (!alice?.idToken) throw new Error("alice has no ID token")
  const get = async (authorization?: string) => {
    const response = await fetch(RestUrl, { headers: authorization === undefined ? {} : { authorization } })
    return { status: response.status, body: await response.json(), errorType: response.headers.get("x-amzn-errortype") }
  }
  const warnings = () => events.flatMap((event) => (event.event === "problem" ? [event.message] : []))
  return { get, warnings, alice: { ...alice, idToken: alice.idToken }, ClientId, PoolId }
}

const unauthorized = { status: 401, body: { message: "Unauthorized" }, errorType: "UnauthorizedException" }

describe("a method that a user pool authorizes", () => {
  test.each(["", "Bearer "])("passes the claims of an ID token after %j on as text", async (prefix) => {
    const { get, alice, ClientId, PoolId } = await start()
    const { status, body } = await get(prefix + alice.idToken)
    expect(status).toBe(200)
    const { claims } = (body as EchoedEvent).requestContext.authorizer
    const date = expect.stringMatching(
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2} UTC \d{4}$/,
    )
    expect(claims).toMatchObject({
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${PoolId}`,
      aud: ClientId,
      token_use: "id",
      "cognito:username": "alice",
      email_verified: "true",
      auth_time: expect.stringMatching(/^\d+$/),
      exp: date,
      iat: date,
    })
  })

  test("rejects a request without a token, and one with an access token, an unknown token or a changed one", async () => {
    const { get, alice } = await start()
    expect(await get()).toEqual(unauthorized)
    expect(await get(alice.accessToken)).toEqual(unauthorized)
    expect(await get("allow me")).toEqual(unauthorized)
    const [header, , signature] = alice.idToken.split(".")
    const claims = Buffer.from(JSON.stringify({ sub: "mallory", token_use: "id" })).toString("base64url")
    expect(await get(`${header}.${claims}.${signature}`)).toEqual(unauthorized)
  })

  const pool = { "Fn::GetAtt": ["Pool", "Arn"] }
  const other = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_other"

  test.each([
    ["one user pool", [pool]],
    ["user pools of which it is the first", [pool, other]],
    ["user pools of which it is the last", [other, pool]],
  ])("rejects a token that has expired, with a message of its own, of %s", async (_which, ProviderARNs) => {
    const { get, alice } = await start({ authorizer: { ProviderARNs } })
    expect((await get(alice.idToken)).status).toBe(200)
    clock.advance(2 * 60 * 60_000)
    expect(await get(alice.idToken)).toEqual({ ...unauthorized, body: { message: "The incoming token has expired" } })
  })

  test("rejects the tokens of a user pool that is not its own", async () => {
    const { get, alice, warnings } = await start({ authorizer: { ProviderARNs: [other] } })
    expect(await get(alice.idToken)).toEqual(unauthorized)
    // The log has the reason, which the client does not learn.
    expect(warnings()).toEqual([expect.stringMatching(/^A token was rejected: OIDC discovery endpoint/)])
  })

  test("accepts the audiences that its expression matches", async () => {
    const any = await start({ authorizer: { IdentityValidationExpression: "[a-z0-9]{26}" } })
    expect((await any.get(any.alice.idToken)).status).toBe(200)
    // An expression has to match the whole audience.
    for (const IdentityValidationExpression of ["app", "[a-z0-9]{25}"]) {
      const none = await start({ authorizer: { IdentityValidationExpression } })
      expect(await none.get(none.alice.idToken)).toEqual(unauthorized)
    }
  })

  test("with scopes accepts an access token that has one of them, and no ID token", async () => {
    const { get, alice } = await start({ method: { AuthorizationScopes: ["shop/read", "openid"] } })
    expect((await get(alice.accessToken)).status).toBe(200)
    expect(await get(alice.idToken)).toEqual(unauthorized)
    const others = await start({ method: { AuthorizationScopes: ["shop/read"] } })
    expect(await others.get(others.alice.accessToken)).toEqual({
      status: 403,
      body: { message: "User is not authorized to access this resource" },
      errorType: "AccessDeniedException",
    })
  })
})
