// Integrations without proxy: mappings, selection, passthrough, each type, and models.
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished } from "vitest"
import { openSocket, rejectedHandshake, type TestSocket } from "../testing/open-socket.ts"
import { type LocalGateway, shareLocal, startLocal } from "../testing/start-local.ts"
import { echoEvent, invokeUri, type TestApi } from "../testing/template.ts"
import { contract, needsTarget, ownTemplate, readsTheLogs } from "./testing/contract.ts"

const frame = (message: string) =>
  new RegExp(`^\\{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="\\}$`)
const internalServerError = frame("Internal server error")

async function responseTo(url: string, message: object | string): Promise<string> {
  const socket = await openSocket(url)
  socket.send(message)
  return socket.next()
}

// --- Templates of requests ---

contract(
  "int-template-selection",
  "the template selection expression chooses the template of a request",
  async ({ mappingUrl }) => {
    const response = await responseTo(mappingUrl, { action: "request", template: "one", data: [1, "two"] })
    expect(response).toBe('{"one":[1,"two"]}')
  },
)

contract(
  "int-template-request-context",
  "a request template has the variables of the request",
  async ({ mappingUrl }) => {
    const { two } = JSON.parse(await responseTo(mappingUrl, { action: "request", template: "two" }))
    expect(two).toMatch(/^[\w-]{15}=$/)
  },
)

contract(
  "int-passthrough-no-match",
  "WHEN_NO_MATCH passes a message on that no template matches",
  async ({ mappingUrl }) => {
    const message = { action: "request", template: "none" }
    expect(JSON.parse(await responseTo(mappingUrl, message))).toEqual(message)
  },
)

contract("int-passthrough-never", "NEVER rejects a message that no template matches", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "strict", template: "one" })).toBe('{"one":1}')
  expect(await responseTo(mappingUrl, { action: "strict", template: "none" })).toMatch(frame("Unsupported Media Type"))
})

contract(
  "int-passthrough-no-templates",
  "WHEN_NO_TEMPLATES passes a message on only when there are no templates",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "unmapped", template: "none" })).toMatch(
      frame("Unsupported Media Type"),
    )
    expect(JSON.parse(await responseTo(mappingUrl, { action: "untemplated" }))).toEqual({ action: "untemplated" })
  },
)

contract(
  "int-lambda-not-json",
  "a template that does not write JSON cannot invoke a function",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "request", template: "broken" })).toMatch(internalServerError)
  },
)

// --- Responses ---

contract(
  "int-template-default",
  "without a matching template the response has the one of $default",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "render", template: "not there" })).toBe("the default template")
    expect(await responseTo(mappingUrl, { action: "render" })).toBe("the default template")
  },
)

contract("int-response-passed", "without a template the response is passed on", async ({ mappingUrl }) => {
  const message = { action: "untemplated", list: [1, 2] }
  expect(await responseTo(mappingUrl, message)).toBe(JSON.stringify(message))
})

contract(
  "int-lambda-error-selection",
  "the error message of a function selects the integration response",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "render", fail: "expected failure" })).toBe(
      "failed as expected failure",
    )
    expect(await responseTo(mappingUrl, { action: "render", fail: "another failure" })).toBe("the default template")
  },
)

contract("int-response-missing", "a two-way route without an integration response fails", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "unanswered" })).toMatch(internalServerError)
})

contract("int-response-one-way", "a one-way route needs no integration response", async ({ mappingUrl }) => {
  const socket = await openSocket(mappingUrl)
  socket.send({ action: "one-way" })
  socket.send({ action: "plain-mock" })
  socket.send({ action: "render" })
  expect(await socket.next()).toBe("the default template")
})

// --- MOCK ---

contract(
  "int-mock-status",
  "the status of the request template selects the response of a mock",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "mock", status: 204 })).toBe("any other success")
    expect(await responseTo(mappingUrl, { action: "mock", status: 404 })).toBe("an error")
    expect(await responseTo(mappingUrl, { action: "mock", status: 503 })).toBe("an error")
  },
)

contract("int-selection-status", "the status selects a template of the response", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "mock", status: 201, data: "this" })).toBe("created: this")
})

contract(
  "int-response-pattern",
  "a pattern must match the whole status, else $default applies",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "mock", status: 302 })).toMatch(/^default /)
    expect(await responseTo(mappingUrl, { action: "mock", status: 2000 })).toMatch(/^default /)
  },
)

contract("int-mock-body", "the response template of a mock does not see the message", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "mock", status: 300 })).toBe("default []")
})

contract(
  "int-override-visible",
  "an override of the request template is visible in the response template",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "mock", status: 201, data: "seen" })).toBe("created: seen")
  },
)

contract(
  "int-mock-trailing-comma",
  "the JSON of a mock may have a comma after its last entry",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "mock", status: 200 })).toBe("any other success")
  },
)

contract("int-mock-no-status", "a mock whose template has no integer as its status fails", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "mock", status: "much" })).toMatch(internalServerError)
})

contract("int-mock-connect", "a mock on $connect accepts the connection", async ({ mappingUrl }) => {
  await openSocket(mappingUrl)
})

contract(
  "int-template-content-type",
  "without an expression the template of application/json applies",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "mock", status: 300 })).toBe("default []")
  },
)

// --- Models ---

contract("model-match", "a message that matches its model is passed on", async ({ mappingUrl }) => {
  const message = { action: "chat", text: "hello", count: 1 }
  expect(JSON.parse(await responseTo(mappingUrl, message))).toEqual(message)
})

contract(
  "model-mismatch",
  "a message that does not match is rejected, and the connection stays open",
  async ({ mappingUrl }) => {
    const socket = await openSocket(mappingUrl)
    for (const wrong of [{}, { text: 1 }, { text: "longer than ten" }, { text: "a", count: 1.5 }]) {
      socket.send({ action: "chat", ...wrong })
      expect(JSON.parse(await socket.next()).message).toBe("Bad request body")
    }
    socket.send({ action: "chat", text: "right" })
    expect(await socket.nextJson()).toEqual({ action: "chat", text: "right" })
  },
)

contract("model-frame", "the frame of a mismatch has the ids of the other error frames", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "chat" })).toMatch(frame("Bad request body"))
})

contract("model-draft-4", "schemas are those of draft 4", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "chat", text: "a", count: 0 })).toMatch(frame("Bad request body"))
})

contract("model-selection", "the model selection expression chooses the model", async ({ mappingUrl }) => {
  const message = { action: "chat", kind: "number", value: 1 }
  expect(JSON.parse(await responseTo(mappingUrl, message))).toEqual(message)
  expect(await responseTo(mappingUrl, { action: "chat", kind: "number", text: "a" })).toMatch(frame("Bad request body"))
})

contract("model-default", "without a matching model $default applies", async ({ mappingUrl }) => {
  expect(await responseTo(mappingUrl, { action: "chat", kind: "other" })).toMatch(frame("Bad request body"))
  const message = { action: "chat", kind: "other", text: "a" }
  expect(JSON.parse(await responseTo(mappingUrl, message))).toEqual(message)
})

contract(
  "model-no-match",
  "without a matching model and without $default the validation fails",
  async ({ mappingUrl }) => {
    expect(await responseTo(mappingUrl, { action: "modelled", kind: "other", value: 1 })).toMatch(
      frame("Bad request body"),
    )
  },
)

// --- Local: backends over HTTP, services, logs ---

type Received = { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders; body: string }

/** A backend that responds with what it received, or as `?status=`, `?raw=` and `?wait` say. */
async function startBackend() {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const { method, url = "", headers } = request
      const body = Buffer.concat(chunks).toString("latin1")
      received.push({ method, url, headers, body })
      const query = new URL(url, "http://backend").searchParams
      if (query.has("wait")) return
      const own = query.get("raw")
      response.writeHead(Number(query.get("status") ?? 200), { "X-Backend": "here", "Content-Type": "text/plain" })
      response.end(own === null ? JSON.stringify({ method, url, body }) : Buffer.from(own, "base64"))
    })
  })
  server.listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

type TestIntegration = Record<string, unknown> & { IntegrationType: string }

/** Routes with integrations, and their responses. `$connect` and `$disconnect` are one-way. */
function withIntegrations(
  routes: Record<
    string,
    { integration: TestIntegration; responses?: Record<string, unknown>[]; oneWay?: boolean; route?: object }
  >,
  more: Partial<TestApi> = {},
): TestApi {
  const resources: Record<string, unknown> = {}
  for (const [routeKey, { integration, responses = [], oneWay, route }] of Object.entries(routes)) {
    const id = routeKey.replaceAll(/\W/g, "")
    const ApiId = { Ref: "Api" }
    resources[`Route${id}`] = {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId,
        RouteKey: routeKey,
        Target: { "Fn::Sub": `integrations/\${Own${id}}` },
        ...(isTwoWay(routeKey, oneWay) && { RouteResponseSelectionExpression: "$default" }),
        ...route,
      },
    }
    if (isTwoWay(routeKey, oneWay)) {
      resources[`RouteResponse${id}`] = {
        Type: "AWS::ApiGatewayV2::RouteResponse",
        Properties: { ApiId, RouteId: { Ref: `Route${id}` }, RouteResponseKey: "$default" },
      }
    }
    resources[`Own${id}`] = {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: { ApiId, IntegrationMethod: "POST", ...integration },
    }
    for (const [index, response] of responses.entries()) {
      resources[`IntegrationResponse${id}${index}`] = {
        Type: "AWS::ApiGatewayV2::IntegrationResponse",
        Properties: { ApiId, IntegrationId: { Ref: `Own${id}` }, IntegrationResponseKey: "$default", ...response },
      }
    }
  }
  return { routes: {}, ...more, resources: { ...resources, ...more.resources } }
}

const isTwoWay = (routeKey: string, oneWay = false) => !oneWay && routeKey !== "$connect" && routeKey !== "$disconnect"

const executionLog = ({ events }: LocalGateway) =>
  events.flatMap((event) =>
    event.event === "log" && event.source === "api-gateway" ? event.message.replace(/^\(\S+\) /, "") : [],
  )

const echoed = async (socket: TestSocket, message: object | string) => {
  socket.send(message)
  return JSON.parse(await socket.next()) as { method: string; url: string; body: string }
}

contract.local(
  "int-http-request",
  "HTTP sends the mapped body with the method of the template",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        send: {
          integration: {
            IntegrationType: "HTTP",
            IntegrationMethod: "PUT",
            IntegrationUri: `${origin}/items?fixed=1`,
            RequestTemplates: { $default: "{\"mapped\":$input.json('$.data')}" },
          },
          responses: [{}],
        },
      }),
    )
    const response = await echoed(await openSocket(url), { action: "send", data: 7 })
    expect(response).toEqual({ method: "PUT", url: "/items?fixed=1", body: '{"mapped":7}' })
    expect(received[0]?.headers["content-type"]).toBe("application/json")
  },
)

contract.local("int-http-headers", "a request to a backend names API Gateway and the API", needsTarget, async () => {
  const { origin, received } = await startBackend()
  const { url, gateway } = await startLocal(
    withIntegrations({ send: { integration: { IntegrationType: "HTTP", IntegrationUri: origin }, responses: [{}] } }),
  )
  await echoed(await openSocket(url), { action: "send" })
  const { ApiId = "" } = gateway.outputs()
  expect(received[0]?.headers).toMatchObject({
    "user-agent": `AmazonAPIGateway_${ApiId}`,
    "x-amzn-apigateway-api-id": ApiId,
  })
})

contract.local(
  "int-http-content-type",
  "a body without a mapped content type is sent as JSON",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        $default: {
          integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: origin },
        },
        typed: {
          integration: {
            IntegrationType: "HTTP_PROXY",
            IntegrationUri: origin,
            RequestParameters: { "integration.request.header.Content-Type": "'text/plain'" },
          },
        },
      }),
    )
    const socket = await openSocket(url)
    await echoed(socket, "plain text")
    await echoed(socket, { action: "typed" })
    expect(received.map(({ headers }) => headers["content-type"])).toEqual(["application/json", "text/plain"])
  },
)

contract.local(
  "int-http-proxy-body",
  "HTTP_PROXY passes the message and the response on unchanged",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const raw = Buffer.from("any täxt").toString("base64url")
    const { url } = await startLocal(
      withIntegrations({
        $default: {
          integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: `${origin}/?raw=${raw}&status=500` },
        },
      }),
    )
    expect(await responseTo(url, "not { JSON")).toBe("any täxt")
    expect(received[0]?.body).toBe("not { JSON")
  },
)

contract.local(
  "int-http-status-selection",
  "the status of a backend selects the integration response",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const route = (status: number) => ({
      integration: { IntegrationType: "HTTP", IntegrationUri: `${origin}/?status=${status}` },
      responses: [
        { IntegrationResponseKey: "/4\\d{2}/", ResponseTemplates: { "application/json": "client error" } },
        { ResponseTemplates: { "application/json": "fine" } },
      ],
    })
    const { url } = await startLocal(withIntegrations({ found: route(200), missing: route(404), broken: route(500) }))
    expect(await responseTo(url, { action: "found" })).toBe("fine")
    expect(await responseTo(url, { action: "missing" })).toBe("client error")
    expect(await responseTo(url, { action: "broken" })).toBe("fine")
  },
)

contract.local("int-selection-header", "a header of the response selects a template", needsTarget, async () => {
  const { origin } = await startBackend()
  const { url } = await startLocal(
    withIntegrations({
      send: {
        integration: { IntegrationType: "HTTP", IntegrationUri: origin },
        responses: [
          {
            TemplateSelectionExpression: "${integration.response.header.X-Backend}-${integration.response.statuscode}",
            ResponseTemplates: { "here-200": "by header", $default: "by default" },
          },
        ],
      },
    }),
  )
  expect(await responseTo(url, { action: "send" })).toBe("by header")
})

contract.local(
  "int-selection-syntax",
  "several variables and text make one key, and an escaped dollar is a dollar",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        send: {
          integration: {
            IntegrationType: "HTTP",
            IntegrationUri: origin,
            TemplateSelectionExpression: "${request.body.a}-${request.body.none}/x",
            RequestTemplates: { "one-/x": "several" },
          },
          responses: [
            { TemplateSelectionExpression: "\\$default", ResponseTemplates: { $default: "$input.path('$.body')" } },
          ],
        },
      }),
    )
    expect(await responseTo(url, { action: "send", a: "one" })).toBe("several")
  },
)

contract.local(
  "int-http-unreachable",
  "a backend that cannot be reached leads to Internal server error",
  needsTarget,
  async () => {
    const { url, events } = await startLocal(
      withIntegrations(
        { send: { integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: "http://127.0.0.1:1/" } } },
        { stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } },
      ),
    )
    expect(await responseTo(url, { action: "send" })).toMatch(internalServerError)
    expect(executionLog({ events } as LocalGateway)).toEqual([
      expect.stringMatching(/^Execution failed due to a network error communicating with endpoint: .*ECONNREFUSED/),
    ])
  },
)

contract.local(
  "int-http-timeout",
  "a backend that exceeds the timeout leads to Endpoint request timed out",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        send: {
          integration: { IntegrationType: "HTTP", IntegrationUri: `${origin}/?wait`, TimeoutInMillis: 50 },
          responses: [{}],
        },
      }),
    )
    expect(await responseTo(url, { action: "send" })).toMatch(frame("Endpoint request timed out"))
  },
)

contract.local("int-http-invalid-address", "an invalid address is a configuration error", needsTarget, async () => {
  const local = await startLocal(
    withIntegrations(
      { send: { integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: "not an address" } } },
      { stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } },
    ),
  )
  expect(await responseTo(local.url, { action: "send" })).toMatch(internalServerError)
  expect(executionLog(local)).toEqual(["Execution failed due to configuration error: Invalid endpoint address"])
})

contract.local("int-http-connect", "the status of a backend decides on the handshake", needsTarget, async () => {
  const { origin } = await startBackend()
  const connect = (status: number) =>
    withIntegrations({
      $connect: { integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: `${origin}/?status=${status}` } },
    })
  await openSocket((await startLocal(connect(200))).url)
  expect((await rejectedHandshake((await startLocal(connect(401))).url)).status).toBe(401)
})

contract.local(
  "int-http-proxy-connect",
  "HTTP_PROXY forwards the headers and the query string of a handshake",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        $connect: { integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: `${origin}/connect` } },
      }),
    )
    await openSocket(`${url}?token=a%20b`, { headers: { "X-Mine": "yes" } })
    expect(received[0]).toMatchObject({
      url: "/connect?token=a+b",
      body: "",
      headers: { "x-mine": "yes", "sec-websocket-version": "13" },
    })
  },
)

contract.local(
  "int-http-proxy-parameters",
  "a mapped header replaces the one of the handshake",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const RequestParameters = { "integration.request.header.Sec-WebSocket-Version": "'0'" }
    const { url } = await startLocal(
      withIntegrations({
        $connect: { integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: origin, RequestParameters } },
      }),
    )
    await openSocket(url)
    expect(received[0]?.headers["sec-websocket-version"]).toBe("0")
  },
)

contract.local("int-http-disconnect", "$disconnect calls its backend", needsTarget, async () => {
  const { origin, received } = await startBackend()
  const RequestParameters = { "integration.request.header.Connection-Id": "context.connectionId" }
  const local = await startLocal(
    withIntegrations(
      {
        $disconnect: {
          integration: { IntegrationType: "HTTP", IntegrationUri: origin, RequestParameters },
          responses: [{}],
        },
        send: { integration: { IntegrationType: "HTTP", IntegrationUri: origin }, responses: [{}] },
      },
      { stage: { AccessLogSettings: { DestinationArn: "arn", Format: "$context.eventType $context.requestId" } } },
    ),
  )
  const socket = await openSocket(local.url)
  await socket.close()
  await local.untilEvent((event) => event.event === "access" && event.message.startsWith("DISCONNECT"))
  expect(received).toMatchObject([
    { method: "POST", headers: { "connection-id": expect.stringMatching(/^[\w-]{15}=$/) } },
  ])
})

contract.local(
  "int-parameter-sources",
  "parameters are mapped from the body, the stage, the context and a text",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const { url } = await startLocal(
      withIntegrations(
        {
          send: {
            integration: {
              IntegrationType: "HTTP_PROXY",
              IntegrationUri: `${origin}/{kind}/x`,
              RequestParameters: {
                "integration.request.path.kind": "route.request.body.kind",
                "integration.request.querystring.deep": "route.request.body.deep[0].value",
                "integration.request.header.colour": "stageVariables.colour",
                "integration.request.header.route": "context.routeKey",
                "integration.request.header.address": "context.identity.sourceIp",
                "integration.request.header.fixed": "'it is'",
                "integration.request.header.none": "context.nothing",
              },
            },
          },
        },
        { stage: { StageVariables: { colour: "blue" } } },
      ),
    )
    await echoed(await openSocket(url), { action: "send", kind: "a/b", deep: [{ value: 7 }] })
    expect(received[0]?.url).toBe("/a%2Fb/x?deep=7")
    expect(received[0]?.headers).toMatchObject({ colour: "blue", route: "send", address: "127.0.0.1", fixed: "it is" })
    expect(received[0]?.headers).not.toHaveProperty("none")
  },
)

contract.local(
  "int-parameters-connect",
  "parameters of $connect are mapped from its query string and headers",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        $connect: {
          integration: {
            IntegrationType: "HTTP",
            IntegrationUri: origin,
            RequestParameters: {
              "integration.request.header.authToken": "route.request.querystring.token",
              "integration.request.header.agent": "route.request.header.User-Agent",
              "integration.request.querystring.all": "route.request.multivaluequerystring.token",
            },
            RequestTemplates: { $default: "{}" },
          },
          responses: [{}],
        },
      }),
    )
    await openSocket(`${url}?token=first&token=last`, { headers: { "User-Agent": "mine" } })
    expect(received[0]).toMatchObject({ url: "/?all=first%2Clast", headers: { authtoken: "last", agent: "mine" } })
  },
)

contract.local(
  "int-parameters-connect-only",
  "messages have no headers and no query string to map",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const RequestParameters = { "integration.request.header.token": "route.request.querystring.token" }
    const { url } = await startLocal(
      withIntegrations({
        send: { integration: { IntegrationType: "HTTP", IntegrationUri: origin, RequestParameters }, responses: [{}] },
      }),
    )
    await echoed(await openSocket(`${url}?token=first`), { action: "send" })
    expect(received[0]?.headers).not.toHaveProperty("token")
  },
)

contract.local(
  "int-request-override",
  "a template overrides headers, query string and path of the request",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const template = `#set($context.requestOverride.header.x-kind = $input.path('$.kind'))
#set($context.requestOverride.querystring.q = "1")
#set($context.requestOverride.path.item = "changed")
{}`
    const { url } = await startLocal(
      withIntegrations({
        send: {
          integration: {
            IntegrationType: "HTTP",
            IntegrationUri: `${origin}/{item}`,
            RequestParameters: {
              "integration.request.path.item": "'mapped'",
              "integration.request.header.X-Kind": "'mapped'",
            },
            RequestTemplates: { $default: template },
          },
          responses: [{}],
        },
      }),
    )
    await echoed(await openSocket(url), { action: "send", kind: "own" })
    expect(received[0]).toMatchObject({ url: "/changed?q=1", headers: { "x-kind": "own" } })
  },
)

contract.local(
  "int-response-override",
  "a template overrides the status and the headers of a handshake's response",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const template = `#set($context.responseOverride.status = 418)#set($context.responseOverride.header.x-reason = "tea")short and stout`
    const { url } = await startLocal(
      withIntegrations({
        $connect: {
          integration: { IntegrationType: "HTTP", IntegrationUri: origin },
          responses: [{ ResponseTemplates: { $default: template } }],
        },
      }),
    )
    expect(await rejectedHandshake(url)).toMatchObject({
      status: 418,
      body: "short and stout",
      headers: { "x-reason": "tea" },
    })
  },
)

contract.local(
  "int-response-parameters",
  "a header of the handshake's response is mapped from the backend",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const ResponseParameters = {
      "method.response.header.From-Header": "integration.response.header.X-Backend",
      "method.response.header.From-Body": "integration.response.body.method",
      "method.response.header.Fixed": "'text'",
    }
    const { url } = await startLocal(
      withIntegrations({
        $connect: {
          integration: { IntegrationType: "HTTP", IntegrationUri: `${origin}/?status=403` },
          responses: [{ ResponseParameters }],
        },
      }),
    )
    const { status, headers } = await rejectedHandshake(url)
    expect({ status, headers }).toMatchObject({
      status: 403,
      headers: { "from-header": "here", "from-body": "POST", fixed: "text" },
    })
  },
)

contract.local(
  "int-convert-to-binary",
  "CONVERT_TO_BINARY decodes a message in base64 for the backend",
  needsTarget,
  async () => {
    const { origin, received } = await startBackend()
    const { url } = await startLocal(
      withIntegrations({
        $default: {
          integration: {
            IntegrationType: "HTTP_PROXY",
            IntegrationUri: origin,
            ContentHandlingStrategy: "CONVERT_TO_BINARY",
          },
        },
      }),
    )
    await echoed(await openSocket(url), Buffer.from([0xff, 0, 1]).toString("base64"))
    expect(received[0]?.body).toBe("\u00ff\u0000\u0001")
  },
)

contract.local("int-convert-invalid", "a message that is not base64 cannot be converted", needsTarget, async () => {
  const { origin, received } = await startBackend()
  const { url } = await startLocal(
    withIntegrations({
      $default: {
        integration: {
          IntegrationType: "HTTP_PROXY",
          IntegrationUri: origin,
          ContentHandlingStrategy: "CONVERT_TO_BINARY",
        },
      },
    }),
  )
  expect(await responseTo(url, "no base64!")).toMatch(internalServerError)
  expect(received).toEqual([])
})

contract.local(
  "int-convert-to-text",
  "CONVERT_TO_TEXT sends the bytes of a backend in base64",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const raw = Buffer.from([0xff, 0, 1]).toString("base64")
    const { url } = await startLocal(
      withIntegrations({
        send: {
          integration: { IntegrationType: "HTTP", IntegrationUri: `${origin}/?raw=${encodeURIComponent(raw)}` },
          responses: [{ ContentHandlingStrategy: "CONVERT_TO_TEXT" }],
        },
      }),
    )
    expect(await responseTo(url, { action: "send" })).toBe(raw)
  },
)

contract.local(
  "int-stage-variables",
  "stage variables are replaced in the address of a backend",
  needsTarget,
  async () => {
    const { origin } = await startBackend()
    const host = origin.replace("http://", "")
    const { url } = await startLocal(
      withIntegrations(
        { send: { integration: { IntegrationType: "HTTP_PROXY", IntegrationUri: "http://${stageVariables.host}/v" } } },
        { stage: { StageVariables: { host } } },
      ),
    )
    expect(await echoed(await openSocket(url), { action: "send" })).toMatchObject({ url: "/v" })
  },
)

contract.local(
  "int-stage-variable-function",
  "a stage variable names the function of an integration",
  ownTemplate,
  async () => {
    const arn = "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${!stageVariables.function}"
    const { url } = await startLocal({
      routes: { known: { code: echoEvent, twoWay: true } },
      stage: { StageVariables: { function: "named-by-variable" } },
      resources: {
        Functionknown: {
          Type: "AWS::Lambda::Function",
          Properties: {
            FunctionName: "named-by-variable",
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            Role: { "Fn::GetAtt": ["Role", "Arn"] },
            Code: { ZipFile: "exports.handler = async () => ({ body: 'by variable' })" },
          },
        },
        ...withIntegrations({
          named: {
            integration: {
              IntegrationType: "AWS_PROXY",
              IntegrationUri: {
                "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
              },
            },
          },
        }).resources,
        NamedPermission: {
          Type: "AWS::Lambda::Permission",
          Properties: {
            Action: "lambda:InvokeFunction",
            FunctionName: "named-by-variable",
            Principal: "apigateway.amazonaws.com",
          },
        },
      },
    })
    expect(await responseTo(url, { action: "named" })).toBe("by variable")
  },
)

contract.local(
  "int-local-host",
  "a backend that is an HTTP API of the template is reached under its name on AWS",
  needsTarget,
  async () => {
    const HttpFunction = {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: "exports.handler = async (event) => event.rawPath + ' ' + event.body" },
      },
    }
    const { url } = await startLocal(
      withIntegrations(
        {
          send: {
            integration: {
              IntegrationType: "HTTP_PROXY",
              IntegrationUri: { "Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/items" },
            },
          },
          elsewhere: {
            integration: {
              IntegrationType: "HTTP_PROXY",
              IntegrationUri: "https://unknown.execute-api.us-east-1.amazonaws.com/",
            },
          },
        },
        {
          resources: {
            HttpFunction,
            HttpApi: {
              Type: "AWS::ApiGatewayV2::Api",
              Properties: { Name: "http", ProtocolType: "HTTP", Target: { "Fn::GetAtt": ["HttpFunction", "Arn"] } },
            },
            HttpPermission: {
              Type: "AWS::Lambda::Permission",
              Properties: {
                Action: "lambda:InvokeFunction",
                FunctionName: { Ref: "HttpFunction" },
                Principal: "apigateway.amazonaws.com",
              },
            },
          },
        },
      ),
    )
    expect(await responseTo(url, { action: "send" })).toBe('/items {"action":"send"}')
    expect(await responseTo(url, { action: "elsewhere" })).toMatch(internalServerError)
  },
)

const integrationRole = (statements: object[], service = "apigateway.amazonaws.com") => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    },
    Policies: [{ PolicyName: "own", PolicyDocument: { Statement: statements } }],
  },
})

/** The gateway of the cases that call services: its stand-ins are started once. */
const serve = shareLocal()

const queueApi = (
  integration: Record<string, unknown>,
  more: Record<string, unknown> = {},
  sent = "sent $input.path('$.SendMessageResponse.SendMessageResult.MessageId')",
) =>
  withIntegrations(
    {
      send: {
        integration: {
          IntegrationType: "AWS",
          IntegrationUri: {
            "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/${Queue.QueueName}",
          },
          CredentialsArn: { "Fn::GetAtt": ["ServiceRole", "Arn"] },
          PassthroughBehavior: "NEVER",
          RequestParameters: { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" },
          TemplateSelectionExpression: "\\$default",
          ...integration,
        },
        responses: [
          {
            ResponseTemplates: { "application/json": sent },
          },
          {
            IntegrationResponseKey: "/4\\d\\d/",
            ResponseTemplates: { "application/json": "rejected $input.path('$.Error.Code')" },
          },
        ],
      },
      received: { integration: { IntegrationType: "AWS_PROXY", IntegrationUri: invokeUri("Receiver") } },
    },
    {
      resources: {
        // No case receives the messages of another one.
        Queue: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 3600 } },
        ServiceRole: integrationRole([
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["Queue", "Arn"] } },
        ]),
        Receiver: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Runtime: "nodejs24.x",
            Handler: "index.handler",
            Role: { "Fn::GetAtt": ["Role", "Arn"] },
            Environment: { Variables: { QUEUE: { Ref: "Queue" } } },
            Code: {
              ZipFile: `const { SQSClient, ReceiveMessageCommand } = require("@aws-sdk/client-sqs")
                exports.handler = async () => {
                  const input = { QueueUrl: process.env.QUEUE, MessageAttributeNames: ["All"], WaitTimeSeconds: 5 }
                  const { Messages = [] } = await new SQSClient({}).send(new ReceiveMessageCommand(input))
                  return { body: JSON.stringify(Messages.map(({ Body, MessageAttributes }) => ({ Body, MessageAttributes }))) }
                }`,
            },
          },
        },
        ReceiverPermission: {
          Type: "AWS::Lambda::Permission",
          Properties: {
            Action: "lambda:InvokeFunction",
            FunctionName: { Ref: "Receiver" },
            Principal: "apigateway.amazonaws.com",
          },
        },
        ...more,
      },
      statements: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
    },
  )

const sendTemplate =
  "Action=SendMessage&MessageAttribute.1.Name=connectionId&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=$util.urlEncode($context.connectionId)&MessageBody=$util.urlEncode($input.json('$.data'))"

contract.local(
  "int-sqs-query",
  "a template sends a message to a queue by the query protocol",
  ownTemplate,
  async () => {
    const { url } = await serve(queueApi({ RequestTemplates: { $default: sendTemplate } }))
    const socket = await openSocket(url)
    socket.send({ action: "send", data: { text: "a & b" } })
    expect(await socket.next()).toMatch(/^sent [\w-]+$/)
    socket.send({ action: "received" })
    const [message] = JSON.parse(await socket.next())
    expect(message).toEqual({
      Body: '{"text":"a & b"}',
      MessageAttributes: { connectionId: { DataType: "String", StringValue: expect.stringMatching(/^[\w-]{15}=$/) } },
    })
  },
)

contract.local("int-sqs-json", "a template sends a message to a queue by the JSON protocol", ownTemplate, async () => {
  const { url } = await serve(
    queueApi({
      IntegrationUri: { "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:sqs:action/SendMessage" },
      RequestParameters: { "integration.request.header.Content-Type": "'application/x-amz-json-1.0'" },
      RequestTemplates: { $default: { "Fn::Sub": '{"QueueUrl":"${Queue}","MessageBody":"$input.path(\'$.data\')"}' } },
    }),
  )
  const socket = await openSocket(url)
  socket.send({ action: "send", data: "by JSON" })
  await socket.next()
  socket.send({ action: "received" })
  expect(JSON.parse(await socket.next())).toMatchObject([{ Body: "by JSON" }])
})

contract.local("int-sqs-error", "an error of SQS selects its integration response", ownTemplate, async () => {
  const IntegrationUri = { "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/missing" }
  const { url } = await serve(queueApi({ IntegrationUri, RequestTemplates: { $default: sendTemplate } }))
  expect(await responseTo(url, { action: "send", data: 1 })).toMatch(/^rejected .*(NonExistentQueue|QueueDoesNotExist)/)
})

contract.local("int-sns-query", "a topic responds to an integration in JSON", ownTemplate, async () => {
  const Resource = { Ref: "Topic" }
  const { url } = await serve(
    queueApi(
      {
        IntegrationUri: { "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:sns:action/Publish" },
        RequestTemplates: {
          $default: {
            "Fn::Sub": "TopicArn=$util.urlEncode('${Topic}')&Message=$util.urlEncode($input.path('$.data'))",
          },
        },
      },
      {
        Topic: { Type: "AWS::SNS::Topic", Properties: {} },
        ServiceRole: integrationRole([{ Effect: "Allow", Action: "sns:Publish", Resource }]),
      },
      "$input.path('$.PublishResponse.PublishResult.MessageId') $input.path('$.PublishResponse.ResponseMetadata.RequestId')",
    ),
  )
  expect(await responseTo(url, { action: "send", data: "news" })).toMatch(/^[\da-f-]{36} [\da-f-]{36}$/)
  expect(await responseTo(url, { action: "send", data: "" })).toBe("rejected InvalidParameter")
})

contract.local(
  "int-service-role-trust",
  "a role that API Gateway may not assume is a configuration error",
  ownTemplate,
  async () => {
    const api = queueApi(
      { RequestTemplates: { $default: sendTemplate } },
      { ServiceRole: integrationRole([], "lambda.amazonaws.com") },
    )
    const local = await serve({ ...api, stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } })
    expect(await responseTo(local.url, { action: "send", data: 1 })).toMatch(internalServerError)
    expect(executionLog(local)).toEqual([
      expect.stringMatching(
        /^Execution failed due to configuration error: API Gateway does not have permission to assume the provided role arn:aws:iam::/,
      ),
    ])
  },
)

contract.local(
  "int-service-role-denied",
  "a role without a permission is rejected by the service",
  ownTemplate,
  async () => {
    const ServiceRole = integrationRole([{ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }])
    const local = await serve(queueApi({ RequestTemplates: { $default: sendTemplate } }, { ServiceRole }))
    expect(await responseTo(local.url, { action: "send", data: 1 })).toMatch(/^rejected AccessDenied/)
    expect(local.events).toContainEqual(
      expect.objectContaining({ event: "denied", action: "sqs:SendMessage", role: "ServiceRole" }),
    )
  },
)

contract.local("int-service-unsigned", "a service rejects a request without a role", ownTemplate, async () => {
  const { url } = await serve(
    queueApi({ CredentialsArn: { Ref: "AWS::NoValue" }, RequestTemplates: { $default: sendTemplate } }),
  )
  expect(await responseTo(url, { action: "send", data: 1 })).toMatch(/^rejected MissingAuthenticationToken/)
})

contract.local("int-service-action", "an action of DynamoDB is called with the mapped body", ownTemplate, async () => {
  const template =
    '{"TableName":"${Table}","Item":{"id":{"S":"$input.path(\'$.id\')"},"who":{"S":"$context.connectionId"}}}'
  const call = (action: string, body: string, ok: string) => ({
    integration: {
      IntegrationType: "AWS",
      IntegrationUri: { "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:dynamodb:action/${action}` },
      CredentialsArn: { "Fn::GetAtt": ["ServiceRole", "Arn"] },
      RequestTemplates: { $default: { "Fn::Sub": body } },
      TemplateSelectionExpression: "\\$default",
    },
    responses: [
      { ResponseTemplates: { "application/json": ok } },
      {
        IntegrationResponseKey: "/4\\d{2}/",
        ResponseTemplates: { "application/json": '{"error":"$context.integrationStatus"}' },
      },
    ],
  })
  const { url } = await serve(
    withIntegrations(
      {
        put: call("PutItem", template, '{"success":true}'),
        get: call(
          "GetItem",
          '{"TableName":"${Table}","Key":{"id":{"S":"$input.path(\'$.id\')"}}}',
          "$input.path('$.Item.who.S')",
        ),
        wrong: call("PutItem", '{"TableName":"${Table}"}', "unexpected"),
      },
      {
        resources: {
          Table: {
            Type: "AWS::DynamoDB::Table",
            Properties: {
              BillingMode: "PAY_PER_REQUEST",
              AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
              KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            },
          },
          ServiceRole: integrationRole([
            { Effect: "Allow", Action: "dynamodb:*", Resource: { "Fn::GetAtt": ["Table", "Arn"] } },
          ]),
        },
      },
    ),
  )
  const socket = await openSocket(url)
  socket.send({ action: "put", id: "one" })
  expect(await socket.next()).toBe('{"success":true}')
  socket.send({ action: "get", id: "one" })
  expect(await socket.next()).toMatch(/^[\w-]{15}=$/)
  socket.send({ action: "wrong" })
  expect(await socket.next()).toBe('{"error":"400"}')
})

contract.local("int-service-path", "an object of S3 is written by its path", ownTemplate, async () => {
  const call = (IntegrationMethod: string) => ({
    integration: {
      IntegrationType: "AWS",
      IntegrationMethod,
      IntegrationUri: { "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:s3:path/${Bucket}/{key}" },
      CredentialsArn: { "Fn::GetAtt": ["ServiceRole", "Arn"] },
      RequestParameters: { "integration.request.path.key": "route.request.body.key" },
      RequestTemplates: { $default: IntegrationMethod === "PUT" ? "$input.json('$.data')" : "" },
      TemplateSelectionExpression: "\\$default",
    },
    responses: [{ ResponseTemplates: { $default: IntegrationMethod === "PUT" ? "written" : "$input.body" } }],
  })
  const { url } = await serve(
    withIntegrations(
      { write: call("PUT"), read: call("GET") },
      {
        resources: {
          Bucket: { Type: "AWS::S3::Bucket" },
          ServiceRole: integrationRole([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]),
        },
      },
    ),
  )
  const socket = await openSocket(url)
  socket.send({ action: "write", key: "folder/a b.json", data: { x: 1 } })
  expect(await socket.next()).toBe("written")
  socket.send({ action: "read", key: "folder/a b.json" })
  expect(await socket.next()).toBe('{"x":1}')
})

contract.local(
  "int-service-unserved",
  "a service without an endpoint is a configuration error that names the variable",
  ownTemplate,
  async () => {
    const local = await startLocal(
      withIntegrations(
        {
          send: {
            integration: {
              IntegrationType: "AWS",
              IntegrationUri: "arn:aws:apigateway:us-east-1:firehose:action/PutRecord",
            },
            responses: [{}],
          },
        },
        { stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } },
      ),
    )
    expect(await responseTo(local.url, { action: "send" })).toMatch(internalServerError)
    expect(executionLog(local)).toEqual([
      "Execution failed due to configuration error: firehose is not served locally: set AWS_ENDPOINT_URL_FIREHOSE",
    ])
  },
)

const ownFunction = (code: string) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Code: { ZipFile: code },
  },
})
const ownPermission = {
  OwnPermission: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: "Own" },
      Principal: "apigateway.amazonaws.com",
    },
  },
}

const lambdaApi = (integration: Record<string, unknown>, code: string, more: Partial<TestApi> = {}) =>
  withIntegrations(
    {
      send: {
        integration: { IntegrationType: "AWS", IntegrationUri: invokeUri("Own"), ...integration },
        responses: [{}],
      },
    },
    {
      ...more,
      resources: {
        Own: ownFunction(code),
        ...more.resources,
      },
    },
  )
contract.local(
  "int-lambda-permission",
  "a function without a permission is a configuration error",
  ownTemplate,
  async () => {
    const local = await startLocal(
      lambdaApi({}, "exports.handler = async () => 1", { stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } }),
    )
    expect(await responseTo(local.url, { action: "send" })).toMatch(internalServerError)
    expect(executionLog(local)).toEqual([
      "Execution failed due to configuration error: Invalid permissions on Lambda function",
    ])
  },
)

contract.local(
  "int-lambda-async",
  "X-Amz-Invocation-Type: Event invokes the function asynchronously",
  ownTemplate,
  async () => {
    const RequestParameters = { "integration.request.header.X-Amz-Invocation-Type": "'Event'" }
    const local = await startLocal(
      lambdaApi({ RequestParameters }, "exports.handler = async (event) => console.log('received ' + event.action)", {
        resources: ownPermission,
        stage: {
          AccessLogSettings: { DestinationArn: "arn", Format: "$context.integrationStatus $context.requestId" },
        },
      }),
    )
    const socket = await openSocket(local.url)
    socket.send({ action: "send" })
    await local.untilEvent(
      (event) => event.event === "log" && event.source === "function" && event.message.includes("received send"),
    )
    await local.untilEvent((event) => event.event === "access" && event.message.startsWith("202 "))
  },
)

contract.local(
  "int-lambda-empty-body",
  "a function behind $connect receives an empty object",
  ownTemplate,
  async () => {
    const local = await startLocal({
      ...withIntegrations(
        { $connect: { integration: { IntegrationType: "AWS", IntegrationUri: invokeUri("Own") }, responses: [{}] } },
        {
          resources: {
            ...ownPermission,
            Own: ownFunction("exports.handler = async (event) => console.log('event ' + JSON.stringify(event))"),
          },
        },
      ),
    })
    await openSocket(local.url)
    await local.untilEvent(
      (event) => event.event === "log" && event.source === "function" && event.message.includes("event {}"),
    )
  },
)

contract.local(
  "int-lambda-error-connect",
  "a function that fails behind $connect rejects the handshake with 502",
  ownTemplate,
  async () => {
    const { url } = await startLocal(
      withIntegrations(
        { $connect: { integration: { IntegrationType: "AWS", IntegrationUri: invokeUri("Own") }, responses: [{}] } },
        {
          resources: {
            ...ownPermission,
            Own: ownFunction("exports.handler = async () => { throw new Error('no') }"),
          },
        },
      ),
    )
    expect((await rejectedHandshake(url)).status).toBe(502)
  },
)

contract.local(
  "int-transform-request",
  "a request template that fails is logged with its reason",
  readsTheLogs,
  async () => {
    const local = await startLocal(
      withIntegrations(
        { send: { integration: { IntegrationType: "MOCK", RequestTemplates: { $default: "#if(true)" } } } },
        { stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } },
      ),
    )
    expect(await responseTo(local.url, { action: "send" })).toMatch(internalServerError)
    expect(local.events).toContainEqual(
      expect.objectContaining({
        event: "problem",
        message: expect.stringContaining(
          'The mapping template "$default" cannot be parsed, so its requests fail. Line 1, column 10: #end is missing for #if',
        ),
      }),
    )
    expect(executionLog(local)).toEqual([
      "Execution failed due to configuration error: Unable to transform request",
      "The request template failed: Line 1, column 10: #end is missing for #if, at the end",
    ])
  },
)

contract.local(
  "int-transform-response",
  "a response template that fails leads to Internal server error",
  readsTheLogs,
  async () => {
    const local = await startLocal(
      withIntegrations(
        {
          send: {
            integration: { IntegrationType: "MOCK", RequestTemplates: { $default: '{"statusCode":200}' } },
            responses: [{ ResponseTemplates: { $default: "$util.parseJson('x')" } }],
          },
        },
        { stage: { DefaultRouteSettings: { LoggingLevel: "ERROR" } } },
      ),
    )
    expect(await responseTo(local.url, { action: "send" })).toMatch(internalServerError)
    expect(executionLog(local)).toEqual([
      "Execution failed due to configuration error: Unable to transform response",
      "The response template failed: $util.parseJson received a text that is not JSON.",
    ])
  },
)

contract.local(
  "int-body-not-json",
  "a template that reads JSON rejects a message that is not JSON",
  ownTemplate,
  async () => {
    const { url } = await startLocal(
      withIntegrations({
        $default: { integration: { IntegrationType: "MOCK", RequestTemplates: { $default: "$input.json('$.a')" } } },
      }),
    )
    expect(await responseTo(url, "plain text")).toMatch(frame("Bad request body"))
  },
)

contract.local(
  "int-log-payloads",
  "the execution log has the mapped request and the response",
  readsTheLogs,
  async () => {
    const { origin } = await startBackend()
    const raw = Buffer.from("the response").toString("base64url")
    const local = await startLocal(
      withIntegrations(
        {
          send: {
            integration: {
              IntegrationType: "HTTP",
              IntegrationUri: `${origin}/?raw=${raw}`,
              RequestTemplates: { $default: "the request" },
            },
            responses: [{}],
          },
        },
        { stage: { DefaultRouteSettings: { LoggingLevel: "INFO", DataTraceEnabled: true } } },
      ),
    )
    expect(await responseTo(local.url, { action: "send" })).toBe("the response")
    expect(executionLog(local)).toEqual(
      expect.arrayContaining([
        `Endpoint request URI: ${origin}/?raw=${raw}`,
        "Endpoint request body after transformations: the request",
        "Endpoint response body before transformations: the response",
      ]),
    )
  },
)

contract.local(
  "int-log-status",
  "the access log has the status and the latency of an integration",
  readsTheLogs,
  async () => {
    const { origin } = await startBackend()
    const local = await startLocal(
      withIntegrations(
        {
          send: { integration: { IntegrationType: "HTTP", IntegrationUri: `${origin}/?status=404` }, responses: [{}] },
          mock: {
            integration: { IntegrationType: "MOCK", RequestTemplates: { $default: '{"statusCode":200}' } },
            responses: [{ ResponseTemplates: { $default: "mocked" } }],
          },
        },
        {
          stage: {
            AccessLogSettings: {
              DestinationArn: "arn",
              Format:
                "$context.routeKey $context.integration.status $context.integration.latency $context.integrationLatency $context.status $context.requestId",
            },
          },
        },
      ),
    )
    const socket = await openSocket(local.url)
    socket.send({ action: "send" })
    await socket.next()
    socket.send({ action: "mock" })
    await socket.next()
    const [, sent, mocked] = local.accessLines()
    expect(sent).toMatch(/^send 404 (\d+) \1 404 /)
    expect(mocked).toMatch(/^mock 200 - - 200 /)
  },
)

contract.local(
  "int-metric-integration-error",
  "a response of 4XX or 5XX counts as an error of the integration",
  readsTheLogs,
  async () => {
    const { origin } = await startBackend()
    const route = (status: number) => ({
      integration: { IntegrationType: "HTTP", IntegrationUri: `${origin}/?status=${status}` },
      responses: [{}],
    })
    const { url, gateway } = await startLocal(
      withIntegrations({ fine: route(200), missing: route(404), broken: route(500) }),
    )
    const socket = await openSocket(url)
    for (const action of ["fine", "missing", "broken"]) {
      socket.send({ action })
      await socket.next()
    }
    const { ApiId: apiId = "" } = gateway.outputs()
    expect(gateway.metrics.read("IntegrationError", { apiId }).sum).toBe(2)
  },
)

contract.local("int-mock-latency", "a mock has no latency", readsTheLogs, async () => {
  const { url, gateway } = await startLocal(
    withIntegrations({
      send: {
        integration: { IntegrationType: "MOCK", RequestTemplates: { $default: '{"statusCode":200}' } },
        responses: [{ ResponseTemplates: { $default: "mocked" } }],
      },
    }),
  )
  expect(await responseTo(url, { action: "send" })).toBe("mocked")
  const { ApiId: apiId = "" } = gateway.outputs()
  expect(gateway.metrics.read("IntegrationLatency", { apiId }).sampleCount).toBe(0)
})

/** A proxy route whose messages need a `text`. */
const modelledApi = (stage: Record<string, unknown> = {}) =>
  withIntegrations(
    {
      send: {
        integration: { IntegrationType: "AWS_PROXY", IntegrationUri: invokeUri("Own") },
        route: { ModelSelectionExpression: "\\$default", RequestModels: { $default: "Message" } },
      },
    },
    {
      stage,
      resources: {
        ...ownPermission,
        Own: ownFunction("exports.handler = async (event) => ({ body: event.body })"),
        Message: {
          Type: "AWS::ApiGatewayV2::Model",
          Properties: { ApiId: { Ref: "Api" }, Name: "Message", Schema: { type: "object", required: ["text"] } },
        },
      },
    },
  )

contract.local(
  "model-error-text",
  "the log and $context.error.validationErrorString name what does not match",
  readsTheLogs,
  async () => {
    const local = await startLocal(
      modelledApi({
        DefaultRouteSettings: { LoggingLevel: "ERROR" },
        AccessLogSettings: {
          DestinationArn: "arn",
          Format: "$context.error.validationErrorString $context.status $context.requestId",
        },
      }),
    )
    expect(await responseTo(local.url, { action: "send" })).toMatch(frame("Bad request body"))
    expect(executionLog(local)).toEqual([
      'Request body does not match model schema for content type application/json: [object has missing required properties (["text"])]',
    ])
    expect(local.accessLines().at(-1)).toMatch(/^\[object has missing required properties \(\["text"\]\)\] 400 /)
  },
)

contract.local("model-proxy", "messages of a proxy integration are validated too", ownTemplate, async () => {
  const { url } = await startLocal(modelledApi())
  const socket = await openSocket(url)
  socket.send({ action: "send" })
  expect(await socket.next()).toMatch(frame("Bad request body"))
  socket.send({ action: "send", text: "a" })
  expect(await socket.nextJson()).toEqual({ action: "send", text: "a" })
})

contract.local("model-not-json", "a message that is not JSON does not match a model", ownTemplate, async () => {
  const api = modelledApi()
  const { Routesend: route } = api.resources as { Routesend: { Properties: Record<string, unknown> } }
  route.Properties.RouteKey = "$default"
  const { Message: model } = api.resources as { Message: { Properties: Record<string, unknown> } }
  model.Properties.Schema = {}
  const { url } = await startLocal(api)
  expect(await responseTo(url, "plain text")).toMatch(frame("Bad request body"))
})

contract.local("model-format", "the format of a text is not checked", ownTemplate, async () => {
  const api = modelledApi()
  const { Message: model } = api.resources as { Message: { Properties: Record<string, unknown> } }
  model.Properties.Schema = { type: "object", properties: { text: { type: "string", format: "email" } } }
  const { url } = await startLocal(api)
  expect(JSON.parse(await responseTo(url, { action: "send", text: "no address" }))).toMatchObject({
    text: "no address",
  })
})

contract.local(
  "model-needs-expression",
  "without a model selection expression nothing is validated",
  ownTemplate,
  async () => {
    const api = modelledApi()
    const { Routesend: route } = api.resources as { Routesend: { Properties: Record<string, unknown> } }
    delete route.Properties.ModelSelectionExpression
    const { url } = await startLocal(api)
    expect(JSON.parse(await responseTo(url, { action: "send" }))).toEqual({ action: "send" })
  },
)

contract.local("model-invalid-schema", "an invalid schema is rejected", ownTemplate, async () => {
  const api = modelledApi()
  const { Message: model } = api.resources as { Message: { Properties: Record<string, unknown> } }
  model.Properties.Schema = { type: "nothing" }
  await expect(startLocal(api)).rejects.toThrow("Message: Invalid model schema: ")
})

contract.local("model-reference", "a schema refers to other models of its API", ownTemplate, async () => {
  const api = modelledApi()
  const reference = (name: string) => ({
    $ref: { "Fn::Sub": `https://apigateway.amazonaws.com/restapis/\${Api}/models/${name}` },
  })
  const model = (Name: string, Schema: object) => ({
    Type: "AWS::ApiGatewayV2::Model",
    Properties: { ApiId: { Ref: "Api" }, ContentType: "application/json", Name, Schema },
  })
  const resources = api.resources as Record<string, unknown> & { Message: { Properties: Record<string, unknown> } }
  resources.Message.Properties.Schema = {
    type: "object",
    required: ["author"],
    properties: { author: reference("Author") },
  }
  resources.Author = model("Author", {
    type: "object",
    required: ["name"],
    definitions: { name: { type: "string", maxLength: 3 } },
    properties: { name: { $ref: "#/definitions/name" }, friends: { type: "array", items: reference("Author") } },
  })
  const { url } = await startLocal(api)
  const send = (author: object) => responseTo(url, { action: "send", author })
  const message = { name: "Ann", friends: [{ name: "Bob", friends: [] }] }
  expect(JSON.parse(await send(message))).toEqual({ action: "send", author: message })
  expect(await send({ name: "Anna" })).toMatch(frame("Bad request body"))
  expect(await send({ name: "Ann", friends: [{}] })).toMatch(frame("Bad request body"))
})

contract.local("model-reference-form", "a reference in another form is rejected", ownTemplate, async () => {
  const api = modelledApi()
  const { Message: model } = api.resources as { Message: { Properties: Record<string, unknown> } }
  model.Properties.Schema = { type: "object", properties: { author: { $ref: "Author" } } }
  await expect(startLocal(api)).rejects.toThrow(
    "Model reference must be in canonical form: Author is not one of https://",
  )
})
