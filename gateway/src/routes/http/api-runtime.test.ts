import { expect, test } from "vitest"
import type { HttpApiDefinition, HttpRouteDefinition } from "../../definition/api.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import { origin } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createHttpApi } from "./api-runtime.ts"

const routeOf = (routeKey: string, changes: Partial<HttpRouteDefinition> = {}): HttpRouteDefinition => ({
  ...origin,
  routeKey,
  payloadFormatVersion: "2.0",
  timeoutMs: 30_000,
  authorization: { type: "NONE" },
  ...changes,
})
const stage = {
  ...origin,
  stageName: "dev",
  variables: {},
  defaultRouteSettings: { loggingLevel: "INFO" as const },
  routeSettings: {},
}
const api: HttpApiDefinition = {
  ...origin,
  apiId: "api",
  environment: testEnvironment,
  routes: [
    routeOf("GET /a/{b}", { functionArn: "arn:f", credentialsArn: "arn:r" }),
    routeOf("POST /a", { functionArn: "arn:f" }),
    routeOf("$default"),
  ],
  stages: [stage],
}

test("every stage has the API's routes with their patterns, integrations and parts of the ARN", () => {
  const options = { clock: new ManualClock(), quotas: awsQuotas, accountId: "123456789012" }
  const { definition, stages } = createHttpApi(api, options)
  expect(definition).toBe(api)
  expect([...stages.keys()]).toEqual(["dev"])
  expect(stages.get("dev")).toMatchObject({ apiId: "api", definition: stage, settings: { loggingLevel: "INFO" } })
  const integration = { type: "AWS_PROXY", uri: "arn:f", functionArn: "arn:f", timeoutMs: 30_000 }
  const routes = stages.get("dev")?.routes.map((route) => [route.resourcePath, route.integration, route.pattern])
  expect(routes).toEqual([
    ["GET/a/{b}", { ...integration, credentialsArn: "arn:r" }, expect.objectContaining({ method: "GET" })],
    ["POST/a", integration, expect.objectContaining({ method: "POST" })],
    ["$default", undefined, { isDefault: true }],
  ])
})
