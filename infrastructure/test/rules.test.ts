// Checks the templates with cdk-nag (AwsSolutions); exceptions are acknowledged in the code. rules.soak.test.ts has the rules
// of CloudFormation.
import type { CfnRoute } from "aws-cdk-lib/aws-apigatewayv2"
import type { CfnTable } from "aws-cdk-lib/aws-dynamodb"
import { beforeAll, describe, expect, test, vi } from "vitest"
import { email, everyKind, findViolations, ownPage, type Violation } from "./find-violations.ts"

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe.each(everyKind)("with %j", (overrides) => {
  test("no rule is violated", () => {
    expect(findViolations(overrides)).toEqual([])
  })
})

describe("of an app with three mistakes, exactly these are reported:", () => {
  let found: Violation[]
  beforeAll(() => {
    found = findViolations(
      { env: "prod", ...ownPage, ...email },
      {
        change({ storage, routes }) {
          storage.documentsBucket.node.tryRemoveChild("Policy")
          const table = storage.documentsTable.node.defaultChild as CfnTable
          table.pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: false }
          const route = routes?.node.findChild("GETdocumentsdocumentId")?.node.defaultChild as CfnRoute
          route.authorizationType = "NONE"
        },
      },
    )
  })

  test.each([
    ["a bucket that accepts plain HTTP", "S10", "storage/DocumentsBucket"],
    ["a table of prod without point-in-time recovery", "DDB3", "storage/DocumentsTable"],
    [
      "a route of the HTTP API that lost its authorizer, because none is acknowledged with sign-in",
      "APIG4",
      "signed-in-routes/GETdocumentsdocumentId",
    ],
  ])("%s", (_, rule, construct) => {
    const violation = { rule: `AwsSolutions-${rule}`, constructs: [`document-insight-prod-${construct}/Resource`] }
    expect(found).toContainEqual(violation)
  })

  test("nothing else", () => {
    expect(found).toHaveLength(3)
  })
})
