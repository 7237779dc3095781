// Checks the templates with CloudFormation validation and cdk-nag (AwsSolutions); exceptions are acknowledged in the code.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Validations } from "aws-cdk-lib"
import type { CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2"
import type { CfnTable } from "aws-cdk-lib/aws-dynamodb"
import { Code } from "aws-cdk-lib/aws-lambda"
import { AwsSolutionsChecks } from "cdk-nag"
import { describe, expect, test, vi } from "vitest"
import { buildApp } from "../src/app.ts"
import { readContext } from "../src/synthesize.ts"
import { pageFolder } from "./synthesized.ts"
import { temporaryFolder } from "./temporary-folder.ts"

vi.setConfig({ testTimeout: 60_000 })

type Finding = { rule: string; constructs: string[] }

const email = { alarm_email: "ops@example.com" }
const ownPage = { hosting: "none", web_origins: '["https://docs.example.com"]' }

describe.each([
  { env: "dev" },
  { env: "dev", sign_in: "cognito" },
  { env: "dev", ocr: "eng+deu", summary_model: "amazon.nova-lite-v1:0" },
  { env: "prod", ...email },
  { env: "prod", ...email, sign_in: "none", allow_anonymous: "true" },
  { env: "dev", hosting: "apprunner" },
  { env: "dev", sign_in: "cognito", hosting: "apprunner", web_origins: '["https://docs.example.com"]' },
  { env: "prod", ...email, ...ownPage, manage_api_gateway_account: "true" },
])("with %j", (overrides) => {
  test("no rule is violated", () => {
    expect(findings(overrides)).toEqual([])
  })
})

test("reports a property that CloudFormation rejects", () => {
  const found = findings({ env: "dev", hosting: "none" }, ({ webSocketApi }) => {
    const integration = webSocketApi.node.findChild("Integration") as CfnIntegration
    integration.addPropertyDeletionOverride("IntegrationType")
  })
  expect(found.flatMap(({ constructs }) => constructs)).toEqual(["document-insight-dev-websocket-api/Integration"])
})

test("reports a bucket that accepts plain HTTP", () => {
  const found = findings({ env: "dev", hosting: "none" }, ({ storage }) => {
    storage.documentsBucket.node.tryRemoveChild("Policy")
  })
  expect(found.map(({ rule }) => rule)).toContain("AwsSolutions-S10")
})

test("reports a table of prod without point-in-time recovery", () => {
  const found = findings({ env: "prod", ...ownPage, ...email }, ({ storage }) => {
    const table = storage.documentsTable.node.defaultChild as CfnTable
    table.pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: false }
  })
  expect(found).toEqual([
    { rule: "AwsSolutions-DDB3", constructs: ["document-insight-prod-storage/DocumentsTable/Resource"] },
  ])
})

test("reports a route of the HTTP API that lost its authorizer, because none is acknowledged with sign-in", () => {
  const found = findings({ env: "dev", sign_in: "cognito" }, ({ routes }) => {
    const route = routes?.node.findChild("GETdocumentsdocumentId")?.node.defaultChild as CfnRoute
    route.authorizationType = "NONE"
  })
  const constructs = ["document-insight-dev-signed-in-routes/GETdocumentsdocumentId/Resource"]
  expect(found).toEqual([{ rule: "AwsSolutions-APIG4", constructs }])
})

/** Every finding, warnings included, of CDK's CloudFormation validation and of AwsSolutions. */
function findings(
  overrides: Record<string, string>,
  change: (built: ReturnType<typeof buildApp>) => void = () => {},
): Finding[] {
  const outdir = temporaryFolder()
  const built = buildApp(
    { context: { ...readContext(), ...overrides }, outdir, builtinCloudFormationValidation: true },
    { webRoot: pageFolder(), codeOf: () => Code.fromInline("exports.handler = async () => {}") },
  )
  Validations.of(built.app).addPlugins(new AwsSolutionsChecks(built.app))
  change(built)
  try {
    built.app.synth()
  } catch (error) {
    // CDK throws when there are findings, which are in its report; an error without a report is thrown again.
    if (!(error as Error).message.includes("validation-report.json")) throw error
  }
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, "validation-report.json"), "utf8"))
  return pluginReports.flatMap(
    ({ violations }: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }) =>
      violations.map(({ ruleName, violatingConstructs }) => ({
        rule: ruleName,
        constructs: violatingConstructs.map(({ constructPath }) => constructPath),
      })),
  )
}
