// The templates with sign-in: the user pool, the page's client, the authorizers of both APIs, and the limits without it.
import { describe, expect, test } from "vitest"
import { synthesized, withoutSignIn } from "./synthesized.ts"

const app = synthesized("prod")
const issuer = "https://cognito-idp.<AWS::Region>.<AWS::URLSuffix>/<UserPool>"
const signInUrl = "https://<UserPoolDomain>.auth.<AWS::Region>.amazoncognito.com"

test("the stacks are deployed in an order without circular references", () => {
  expect(app.stacks.map(({ stackName }) => stackName.replace("document-insight-prod-", ""))).toEqual([
    ...["storage", "sign-in", "connection-handler", "websocket-api", "document-processing", "api-gateway"],
    ...["web-hosting", "signed-in-routes", "monitoring"],
  ])
})

describe("the user pool", () => {
  const pool = app.one("sign-in", "AWS::Cognito::UserPool")

  test("needs a second factor and long passwords, and lets no stranger sign up", () => {
    expect(pool.Properties).toMatchObject({
      UserPoolName: "document-insight-prod-users",
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: "ON",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 12,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          RequireUppercase: true,
        },
      },
      UsernameAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
    })
    expect(pool.DeletionPolicy).toBe("RetainExceptOnCreate")
  })

  test("has hosted pages whose prefix is unique among accounts, and publishes them", () => {
    expect(app.one("sign-in", "AWS::Cognito::UserPoolDomain").Properties.Domain).toBe(
      "document-insight-prod-<AWS::AccountId>",
    )
    expect(app.template("sign-in").outputs).toMatchObject({
      UserPoolId: { Value: "<UserPool>" },
      SignInUrl: { Value: signInUrl },
    })
  })

  test("lets users sign up when self_sign_up is set, and is deleted with the data in dev", () => {
    const dev = synthesized("dev", { sign_in: "cognito", self_sign_up: "true" })
    const { Properties, DeletionPolicy } = dev.one("sign-in", "AWS::Cognito::UserPool")
    expect(Properties.AdminCreateUserConfig.AllowAdminCreateUserOnly).toBe(false)
    expect(DeletionPolicy).toBe("Delete")
  })
})

describe("the page's client", () => {
  const returnTo = (url: string) => ({ CallbackURLs: [url], LogoutURLs: [url] })

  test("signs in with a code and PKCE only, without a secret, and returns to the page only", () => {
    expect(app.one("web-hosting", "AWS::Cognito::UserPoolClient").Properties).toMatchObject({
      ...returnTo("https://<Distribution.DomainName>/"),
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email"],
      AccessTokenValidity: 15,
      TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
      RefreshTokenValidity: 12 * 60,
      RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 30 },
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: "ENABLED",
      SupportedIdentityProviders: ["COGNITO"],
    })
  })

  test("returns to the custom domain, or to web_origins when the page is hosted elsewhere", () => {
    const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/abc"
    const domain = synthesized("prod", { web_domain_name: "docs.example.com", web_certificate_arn: certificate })
    const web_origins = '["https://docs.example.com"]'
    const elsewhere = synthesized("prod", { hosting: "none", web_origins })
    const appRunner = synthesized("prod", { hosting: "apprunner", web_origins })
    const clients = [
      domain.one("web-hosting", "AWS::Cognito::UserPoolClient"),
      elsewhere.one("signed-in-routes", "AWS::Cognito::UserPoolClient"),
      appRunner.one("web-hosting", "AWS::Cognito::UserPoolClient"),
    ]
    for (const { Properties } of clients) expect(Properties).toMatchObject(returnTo("https://docs.example.com/"))
  })

  test("is named in the page's configuration, and the policy allows its token endpoint", () => {
    const { SourceMarkers } = app.one("web-hosting", "Custom::CDKBucketDeployment").Properties
    const markers = Object.values(Object.assign({}, ...SourceMarkers))
    expect(markers).toEqual(expect.arrayContaining(["<SignInClient>", "<UserPoolDomain>"]))
    const { ResponseHeadersPolicyConfig } = app.one("web-hosting", "AWS::CloudFront::ResponseHeadersPolicy").Properties
    const policy = ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy
    expect(policy).toContain(`.s3.<AWS::Region>.<AWS::URLSuffix> ${signInUrl};`)
  })
})

describe("the HTTP API", () => {
  test("verifies a token of the page's client on every route, and only access tokens have the scope", () => {
    const routes = app.stacks.flatMap(({ stackName }) =>
      app.all(stackName.replace("document-insight-prod-", ""), "AWS::ApiGatewayV2::Route"),
    )
    const ofHttp = routes.filter(({ Properties }) => Properties.ApiId === "<HttpApi>")
    expect(ofHttp.map(({ Properties }) => Properties.RouteKey).toSorted()).toEqual([
      "DELETE /documents/{documentId}",
      "DELETE /documents/{documentId}/share",
      "GET /documents/{documentId}",
      "GET /documents/{documentId}/pages/{page}",
      "GET /documents/{documentId}/pages/{page}/thumbnail",
      "GET /documents/{documentId}/search",
      "POST /documents",
      "POST /documents/{documentId}/password",
      "POST /documents/{documentId}/share",
      "POST /tickets",
    ])
    for (const { Properties } of ofHttp) {
      expect(Properties).toMatchObject({ AuthorizationType: "JWT", AuthorizationScopes: ["openid"] })
    }
    expect(app.one("signed-in-routes", "AWS::ApiGatewayV2::Authorizer").Properties).toMatchObject({
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: ["<SignInClient>"], Issuer: issuer },
    })
  })

  test("lets the page send its token and the secret of a shared link", () => {
    const { CorsConfiguration } = app.one("api-gateway", "AWS::ApiGatewayV2::Api").Properties
    expect(CorsConfiguration.AllowHeaders).toEqual([
      "content-type",
      "x-document-password",
      "authorization",
      "x-share-token",
    ])
    expect(CorsConfiguration).not.toHaveProperty("AllowCredentials")
  })
})

describe("the WebSocket API", () => {
  test("has the ticket authorizer on $connect, with a role that may invoke it and nothing else", () => {
    const authorizer = app.one("websocket-api", "AWS::ApiGatewayV2::Authorizer")
    expect(authorizer.Properties).toMatchObject({
      AuthorizerType: "REQUEST",
      IdentitySource: ["route.request.querystring.ticket"],
      AuthorizerCredentialsArn: "<AuthorizerRole.Arn>",
      AuthorizerUri: expect.stringContaining("functions/<TicketAuthorizer.Arn>/invocations"),
    })
    const routes = app.all("websocket-api", "AWS::ApiGatewayV2::Route").map(({ Properties }) => Properties)
    expect(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType])).toEqual([
      ["$connect", "CUSTOM"],
      // AWS rejects an authorizer on these.
      ["$disconnect", "NONE"],
      ["$default", "NONE"],
      ["progress", "NONE"],
    ])
    expect(routes[0]?.AuthorizerId).toBe("<TicketAuthorizer>")
    const [policy] = app
      .all("websocket-api", "AWS::IAM::Policy")
      .filter(({ Properties }) => Properties.Roles.includes("<AuthorizerRole>"))
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      { Action: "lambda:InvokeFunction", Effect: "Allow", Resource: "<TicketAuthorizer.Arn>" },
    ])
    expect(app.one("websocket-api", "AWS::ApiGatewayV2::Deployment").DependsOn).toContain("TicketAuthorizer")
  })

  test("writes no ticket to a log: no query in the access log, no trace, and only errors of handshakes", () => {
    const settings = { execution_log_data_trace: "true", route_throttles: '{"$connect":{"rate":3,"burst":4}}' }
    const { Properties } = synthesized("dev", { sign_in: "cognito", ...settings }).one(
      "websocket-api",
      "AWS::ApiGatewayV2::Stage",
    )
    expect(Properties.DefaultRouteSettings).toMatchObject({ LoggingLevel: "INFO", DataTraceEnabled: false })
    expect(Properties.RouteSettings).toMatchObject({
      $connect: { LoggingLevel: "ERROR", DataTraceEnabled: false, ThrottlingRateLimit: 3 },
    })
    expect(Properties.AccessLogSettings.Format).not.toMatch(/query|ticket|path/i)
    expect(app.one("websocket-api", "AWS::ApiGatewayV2::Stage").Properties.RouteSettings).toMatchObject({
      $connect: { LoggingLevel: "ERROR", DataTraceEnabled: false, ThrottlingRateLimit: 1000 },
    })
  })

  test("stores tickets in a table of their own, whose items expire", () => {
    const table = app.one("storage", "AWS::DynamoDB::Table", "TicketsTable")
    expect(table.Properties).toMatchObject({
      TableName: "document-insight-prod-tickets",
      KeySchema: [{ AttributeName: "ticketHash", KeyType: "HASH" }],
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    })
    expect(table.DeletionPolicy).toBe("Delete")
  })
})

describe("the permissions on the tickets table are exactly:", () => {
  test.each([
    ["connection-handler", "TicketAuthorizerRole", "dynamodb:DeleteItem"],
    ["api-gateway", "DocumentsApiRole", "dynamodb:PutItem"],
    ["connection-handler", "ConnectionHandlerRole", undefined],
    ["document-processing", "DocumentProcessorRole", undefined],
    ["document-processing", "DocumentWatchdogRole", undefined],
  ])("%s, %s: %s", (stack, roleId, action) => {
    const statements = app
      .all(stack, "AWS::IAM::Policy")
      .filter(({ Properties }) => Properties.Roles.includes(`<${roleId}>`))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    expect(statements.length).toBeGreaterThan(0)
    const onTickets = statements.filter(({ Resource }) => [Resource].flat().join().includes("TicketsTable"))
    expect(onTickets.flatMap(({ Action }) => Action)).toEqual(action === undefined ? [] : [action])
  })

  test("the authorizer may do nothing else than delete tickets, and write its log and its traces", () => {
    const [policy, ...others] = app
      .all("connection-handler", "AWS::IAM::Policy")
      .filter(({ Properties }) => Properties.Roles.includes("<TicketAuthorizerRole>"))
    expect(others).toEqual([])
    expect(policy?.Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string }) => Action)).toEqual([
      ...["logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:DeleteItem"],
      ...["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
    ])
  })
})

describe("prod without sign-in", () => {
  const open = synthesized("prod", withoutSignIn)

  test("accepts two uploads per second of at most 10 MB", () => {
    const stage = open.one("api-gateway", "AWS::ApiGatewayV2::Stage")
    expect(stage.Properties.RouteSettings).toEqual({
      "POST /documents": { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 4, DetailedMetricsEnabled: true },
    })
    const routes = open.all("api-gateway", "AWS::ApiGatewayV2::Route").map(({ id }) => id)
    expect(stage.DependsOn).toEqual(expect.arrayContaining(routes))
    const { Variables } = open.one("api-gateway", "AWS::Lambda::Function", "DocumentsApi").Properties.Environment
    expect(Variables).toMatchObject({ MAX_DOCUMENT_BYTES: "10000000", SIGN_IN: "none" })
  })

  test("notifies alarm_email when the month's costs approach the budget", () => {
    const { Budget, NotificationsWithSubscribers } = open.one("monitoring", "AWS::Budgets::Budget").Properties
    expect(Budget).toMatchObject({ BudgetType: "COST", TimeUnit: "MONTHLY", BudgetLimit: { Amount: 50, Unit: "USD" } })
    expect(NotificationsWithSubscribers).toMatchObject([
      {
        Notification: { NotificationType: "ACTUAL", Threshold: 80 },
        Subscribers: [{ SubscriptionType: "EMAIL", Address: "ops@example.com" }],
      },
      { Notification: { NotificationType: "FORECASTED", Threshold: 100 } },
    ])
  })

  test("has no user pool, no tickets and no authorizer", () => {
    const types = open.stacks.flatMap(({ template }) =>
      Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type),
    )
    expect(types.filter((type) => /Cognito|Authorizer/.test(type))).toEqual([])
    expect(open.all("storage", "AWS::DynamoDB::Table")).toHaveLength(2)
  })
})
