// The model that writes summaries, in the templates: off by default, and otherwise the permission to invoke exactly it.
import { describe, expect, test } from "vitest"
import { readConfig } from "../src/config.ts"
import { synthesized } from "./synthesized.ts"

type Statement = { Action: string | string[]; Resource: string | string[]; Condition?: unknown }

/** No other stack names Amazon Bedrock. */
function bedrockStatements(app: ReturnType<typeof synthesized>): { role: string; statement: Statement }[] {
  const naming = app.stacks.filter(({ template }) => JSON.stringify(template).includes("bedrock"))
  expect(naming.filter(({ stackName }) => stackName !== "document-insight-dev-document-processing")).toEqual([])
  return app
    .all("document-processing", "AWS::IAM::Policy")
    .flatMap(({ id, Properties }) =>
      (Properties.PolicyDocument.Statement as Statement[])
        .filter(({ Action }) => JSON.stringify(Action).includes("bedrock"))
        .map((statement) => ({ role: id, statement })),
    )
}

const variables = (app: ReturnType<typeof synthesized>) =>
  app.one("document-processing", "AWS::Lambda::Function", "DocumentProcessor").Properties.Environment.Variables

test("is off by default: no permission, and no variable", () => {
  const app = synthesized("dev")
  expect(bedrockStatements(app)).toEqual([])
  expect(variables(app)).not.toHaveProperty("SUMMARY_MODEL")
})

test("a foundation model may be invoked in the region of the stack, by the processor alone", () => {
  const app = synthesized("dev", { summary_model: "amazon.nova-lite-v1:0" })
  expect(bedrockStatements(app)).toEqual([
    {
      role: "DocumentProcessorRoleDefaultPolicy",
      statement: {
        Effect: "Allow",
        Action: "bedrock:InvokeModelWithResponseStream",
        Resource: "arn:<AWS::Partition>:bedrock:<AWS::Region>::foundation-model/amazon.nova-lite-v1:0",
      },
    },
  ])
  expect(variables(app).SUMMARY_MODEL).toBe("amazon.nova-lite-v1:0")
})

test("an inference profile may be invoked, and its model in its regions only through it", () => {
  const model = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
  const regions = '["eu-central-1", "eu-west-1"]'
  const app = synthesized("dev", { summary_model: model, summary_model_regions: regions })
  const profile = `arn:<AWS::Partition>:bedrock:<AWS::Region>:<AWS::AccountId>:inference-profile/${model}`
  const modelArn = (region: string) =>
    `arn:<AWS::Partition>:bedrock:${region}::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0`
  expect(bedrockStatements(app).map(({ statement }) => statement)).toEqual([
    { Effect: "Allow", Action: "bedrock:InvokeModelWithResponseStream", Resource: profile },
    {
      Effect: "Allow",
      Action: "bedrock:InvokeModelWithResponseStream",
      Resource: ["eu-central-1", "eu-west-1"].map(modelArn),
      Condition: { StringEquals: { "bedrock:InferenceProfileArn": profile } },
    },
  ])
  expect(variables(app).SUMMARY_MODEL).toBe(model)
})

describe("settings that do not fit are rejected", () => {
  const read = (settings: Record<string, unknown>) => () => readConfig({ environments: { dev: settings } })

  test.each<[string, Record<string, unknown>, string]>([
    [
      "a wildcard",
      { summary_model: "anthropic.*" },
      'summary_model is "anthropic.*": it accepts the id of a foundation',
    ],
    ["a profile without regions", { summary_model: "us.amazon.nova-lite-v1:0" }, "summary_model_regions must list"],
    [
      "regions of a foundation model",
      { summary_model: "amazon.nova-lite-v1:0", summary_model_regions: ["eu-west-1"] },
      "summary_model_regions in dev is for inference profiles",
    ],
    [
      "a global profile",
      { summary_model: "global.amazon.nova-lite-v1:0", summary_model_regions: ["eu-west-1"] },
      "a global inference profile sends documents to any region",
    ],
    [
      "a region that is none",
      { summary_model_regions: ["*"] },
      'summary_model_regions is ["*"]: it accepts a list of regions',
    ],
  ])("%s", (_, settings, message) => {
    expect(read(settings)).toThrow(message)
  })
})
