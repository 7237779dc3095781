// Which requests to a REST API share a cached result of a Lambda authorizer.
import { expect, test } from "vitest"
import type { RestApiDefinition } from "../../definition/rest-api.ts"
import type { HttpRequest } from "../http/request.ts"
import { answered, arnOf, createWorld, origin } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createRestApi } from "./api-runtime.ts"
import { handleRestRequest } from "./handle-request.ts"

const api: RestApiDefinition = {
  ...origin,
  apiId: "api",
  environment: testEnvironment,
  methods: [
    {
      ...origin,
      routeKey: "GET /",
      resourceId: "root",
      authorizationType: "CUSTOM",
      authorizerId: "authorizer",
      scopes: [],
      apiKeyRequired: false,
      requiredParameters: [],
      integration: { ...origin, type: "AWS_PROXY", uri: "", functionArn: arnOf("method"), timeoutMs: 29_000 },
    },
  ],
  stages: [{ ...origin, stageName: "dev", variables: {}, defaultRouteSettings: {}, routeSettings: {} }],
  authorizers: {
    authorizer: {
      ...origin,
      authorizerId: "authorizer",
      kind: "REQUEST",
      issuers: [],
      functionArn: arnOf("authorizer"),
      identitySource: ["method.request.querystring.first", "method.request.querystring.second"],
      cacheSeconds: 300,
    },
  },
  gatewayResponses: [],
  binaryMediaTypes: [],
  apiKeySource: "HEADER",
}

const policyDocument = { Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }] }

function createApi() {
  const { ports, clock, invocations } = createWorld({
    invoke: async (arn) =>
      answered(arn === arnOf("authorizer") ? { principalId: "user", policyDocument } : { statusCode: 200 }),
    ports: { evaluatePolicy: () => "allow" },
  })
  const runtime = createRestApi(api, { clock, quotas: ports.quotas })
  const get = async (query: string) => {
    const request: HttpRequest = {
      method: "GET",
      path: "/dev/",
      query,
      headers: {},
      body: Buffer.alloc(0),
      sourceIp: "127.0.0.1",
      domainName: "api.example",
    }
    return (await handleRestRequest(runtime, request, ports)).status
  }
  const authorizations = () => invocations.filter(({ functionArn }) => functionArn === arnOf("authorizer")).length
  return { get, authorizations }
}

test("the same identity is authorized once", async () => {
  const { get, authorizations } = createApi()
  expect([await get("first=a&second=b"), await get("second=b&first=a&other=c")]).toEqual([200, 200])
  expect(authorizations()).toBe(1)
})

test("identities whose values differ only in where one ends are authorized separately", async () => {
  const { get, authorizations } = createApi()
  await get("first=a%0Ab&second=c")
  await get("first=a&second=b%0Ac")
  expect(authorizations()).toBe(2)
})

test("a request without one of the identity sources is rejected without an invocation", async () => {
  const { get, authorizations } = createApi()
  expect([await get("first=a"), await get("first=a&second=")]).toEqual([401, 401])
  expect(authorizations()).toBe(0)
})
