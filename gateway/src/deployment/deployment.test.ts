import { expect, test } from "vitest"
import { defineChat } from "../cloudformation/testing/chat-template.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { createDeployment, deployedFunctions } from "./deployment.ts"

test("a deployment has the runtime of every API by its id", () => {
  const http = { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } }
  const definition = defineChat({ Http: http })
  const options = { clock: new ManualClock(), quotas: awsQuotas, mode: "enforce" as const, onDenied() {} }
  const deployment = createDeployment(definition, options)
  const [chat] = definition.webSocketApis
  const [httpApi] = definition.httpApis
  expect(deployment.definition).toBe(definition)
  expect([...deployment.webSocketApis.keys()]).toEqual([chat?.apiId])
  expect([...deployment.webSocketApis.values()][0]?.stages.get("dev")?.routes.has("send")).toBe(true)
  expect([...deployment.httpApis]).toMatchObject([[httpApi?.apiId, { definition: httpApi }]])
  expect(deployment.usagePlans.use({ apiId: "other", stageName: "dev" }, "k")).toEqual({ outcome: "unknown" })
})

test("a function has the path of its code, unless the code is inline", () => {
  const definition = defineChat()
  const [inline] = definition.functions
  if (!inline) throw new Error("The template has no function.")
  const local = { ...inline, functionName: "local", code: { form: "folder" as const, path: "/code" } }
  expect(deployedFunctions({ ...definition, functions: [inline, local] })).toStrictEqual([
    { functionName: inline.functionName },
    { functionName: "local", codePath: "/code" },
  ])
})
