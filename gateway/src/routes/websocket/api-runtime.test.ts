import { expect, test } from "vitest"
import type { StageDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { awsQuotas } from "../../foundation/quotas.ts"
import { origin, routeOf } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createWebSocketApi } from "./api-runtime.ts"

const stageOf = (stageName: string, deploymentId?: string): StageDefinition => ({
  ...origin,
  stageName,
  ...(deploymentId !== undefined && { deploymentId }),
  variables: {},
  defaultRouteSettings: { loggingLevel: "INFO" },
  routeSettings: {},
})

const api: WebSocketApiDefinition = {
  ...origin,
  apiId: "api",
  environment: testEnvironment,
  routeSelectionExpression: "$request.body.kind",
  deployments: {
    old: { ...origin, deploymentId: "old", routes: { chat: routeOf("chat") } },
    new: { ...origin, deploymentId: "new", routes: { chat: routeOf("chat"), send: routeOf("send") } },
  },
  stages: [stageOf("prod", "old"), stageOf("dev", "new"), stageOf("empty"), stageOf("odd", "constructor")],
  authorizers: {},
}

const { definition, stages } = createWebSocketApi(api, { clock: new ManualClock(), quotas: awsQuotas })

test("each stage serves the routes of its deployment", () => {
  expect(definition).toBe(api)
  expect([...(stages.get("prod")?.routes.keys() ?? [])]).toEqual(["chat"])
  expect([...(stages.get("dev")?.routes.keys() ?? [])]).toEqual(["chat", "send"])
  expect(stages.get("dev")).toMatchObject({ apiId: "api", isDeployed: true, settings: { loggingLevel: "INFO" } })
  expect(stages.get("dev")?.routes.get("send")).toMatchObject({
    resourcePath: "send",
    integration: { functionArn: routeOf("send").integration?.functionArn },
  })
  expect(stages.get("dev")?.selection('{"kind":"send"}')).toBe("send")
})

test.each(["empty", "odd"])("a stage without a deployment of the API serves nothing: %s", (stageName) => {
  expect(stages.get(stageName)).toMatchObject({ isDeployed: false })
  expect(stages.get(stageName)?.routes.size).toBe(0)
})
