// Checks the templates with CloudFormation's rules for properties, as `npm run synth` and `npm run deploy` do.
import type { CfnIntegration } from "aws-cdk-lib/aws-apigatewayv2"
import { describe, expect, test } from "vitest"
import { everyKind, findViolations } from "./find-violations.ts"

describe.each(everyKind)("with %j", (overrides) => {
  test("no rule is violated", () => {
    expect(findViolations(overrides, { ofCloudFormation: true })).toEqual([])
  })
})

test("reports a property that CloudFormation rejects", () => {
  const found = findViolations(
    { env: "dev", hosting: "none" },
    {
      ofCloudFormation: true,
      change({ webSocketApi }) {
        const integration = webSocketApi.node.findChild("Integration") as CfnIntegration
        integration.addPropertyDeletionOverride("IntegrationType")
      },
    },
  )
  expect(found.flatMap(({ constructs }) => constructs)).toEqual(["document-insight-dev-websocket-api/Integration"])
})
