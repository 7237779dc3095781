// Finds what rules the templates of an app violate: of CloudFormation and of cdk-nag (AwsSolutions).
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Validations } from "aws-cdk-lib"
import { AwsSolutionsChecks } from "cdk-nag"
import { type BuiltApp, buildTestApp } from "./build-test-app.ts"
import { temporaryFolder } from "./temporary-folder.ts"

export type Violation = { rule: string; constructs: string[] }

export const email = { alarm_email: "ops@example.com" }
export const ownPage = { hosting: "none", web_origins: '["https://docs.example.com"]' }

/** Settings that together have every kind of resource. */
export const everyKind: Record<string, string>[] = [
  { env: "dev" },
  { env: "dev", sign_in: "cognito", ocr: "eng+deu", summary_model: "amazon.nova-lite-v1:0" },
  { env: "prod", ...email },
  { env: "prod", ...email, sign_in: "none", allow_anonymous: "true" },
  { env: "dev", hosting: "apprunner" },
  { env: "dev", sign_in: "cognito", hosting: "apprunner", web_origins: '["https://docs.example.com"]' },
  { env: "prod", ...email, ...ownPage, manage_api_gateway_account: "true" },
]

type Options = {
  /** Also checks the rules of CloudFormation, whose engine takes seconds to start. */
  ofCloudFormation?: boolean
  /** Changes the app before it is synthesized. */
  change?: (built: BuiltApp) => void
}

/** Every violation, warnings included. */
export function findViolations(
  overrides: Record<string, string>,
  { ofCloudFormation = false, change = () => {} }: Options = {},
): Violation[] {
  const outdir = temporaryFolder()
  const built = buildTestApp({ outdir, settings: overrides, ofCloudFormation })
  Validations.of(built.app).addPlugins(new AwsSolutionsChecks(built.app))
  change(built)
  try {
    built.app.synth()
  } catch (error) {
    // CDK throws when there are violations, which are in its report; an error without a report is thrown again.
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
