// Builds the CDK app for tests of its templates, with a page of one file, and functions that are not bundled.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Code } from "aws-cdk-lib/aws-lambda"
import { buildApp } from "../src/build-app.ts"
import { readContext } from "../src/synthesize.ts"
import { temporaryFolder } from "./temporary-folder.ts"

export type BuiltApp = ReturnType<typeof buildApp>

// What no test reads takes a quarter of the time of a synthesis.
const withoutStackTraces = { "aws:cdk:disable-creation-stack-traces": true, "aws:cdk:disable-stack-trace": true }

type TestAppOptions = {
  outdir: string
  /** Overrides cdk.json, as `-c key=value` does. */
  settings: Readonly<Record<string, string>>
  /** Also checks the rules of CloudFormation, whose engine takes seconds to start. */
  ofCloudFormation?: boolean
}

export function buildTestApp({ outdir, settings, ofCloudFormation = false }: TestAppOptions): BuiltApp {
  return buildApp(
    {
      context: { ...readContext(), ...withoutStackTraces, ...settings },
      outdir,
      treeMetadata: false,
      builtinCloudFormationValidation: ofCloudFormation,
    },
    { webRoot: pageFolder(), codeOf: () => Code.fromInline("exports.handler = async () => {}") },
  )
}

function pageFolder(): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Page</title>")
  return folder
}
