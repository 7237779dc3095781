// Custom resources whose functions do not respond while the gateway closes.
import { expect, onTestFinished, test } from "vitest"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { definitionOf } from "../testing/definition-of.ts"
import { createCustomResources } from "./custom-resources.ts"

const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:provider"
const definition = definitionOf({
  functions: [{ arn: functionArn, runtime: "nodejs24.x" }] as never,
  customResources: [
    {
      logicalId: "Seed",
      stackName: "stack",
      type: "Custom::Seed",
      functionArn,
      properties: { ServiceToken: functionArn },
      stackId: "arn:aws:cloudformation:us-east-1:000000000000:stack/stack/1",
      region: "us-east-1",
      timeoutMs: 3_600_000,
      dependsOn: [],
    },
  ],
})

test("a resource that waits for a response fails when the gateway closes, as does one that begins later", async () => {
  const clock = new ManualClock()
  const resources = createCustomResources({
    urlSuffix: "amazonaws.com",
    areSkipped: false,
    dataDir: undefined,
    clock,
    log: silentLog,
  })
  onTestFinished(() => resources.close())
  const invoked = Promise.withResolvers<void>()
  resources.bindFunctions({
    async invoke() {
      invoked.resolve()
      return { outcome: "responded", requestId: "r", payload: "null" } as never
    },
  })
  const advancing = resources.advance(definition, async () => {})
  await invoked.promise
  const [result] = await Promise.allSettled([advancing, resources.close()])
  expect(result).toMatchObject({
    status: "rejected",
    reason: { message: expect.stringMatching(/the gateway is closing/) },
  })
  await expect(resources.advance(definition, async () => {})).rejects.toThrow("the gateway is closing")
  expect(clock.pending).toBe(0)
})
