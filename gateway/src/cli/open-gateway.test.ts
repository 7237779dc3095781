// What the gateway of a command is started with: options, files of values and the configuration of SAM.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { Gateway, GatewayEvent } from "../index.ts"
import { openGateway, reportReady } from "./open-gateway.ts"
import { parseOptions } from "./options.ts"

const template = {
  Parameters: {
    Color: { Type: "String", Default: "none" },
    Size: { Type: "String", Default: "none" },
    Key: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/app/key" },
  },
  Resources: {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "api", ProtocolType: "HTTP" } },
    Custom: {
      Type: "Custom::Thing",
      Properties: { ServiceToken: "arn:aws:lambda:us-east-1:123456789012:function:no" },
    },
  },
  Outputs: {
    Place: { Value: { "Fn::Sub": "${AWS::AccountId} ${AWS::Region} ${AWS::StackName}" } },
    Values: { Value: { "Fn::Sub": "${Color} ${Size} ${Key}" } },
    Imported: { Value: { "Fn::ImportValue": "shared" } },
  },
}

const samConfig = `[default.deploy.parameters]
stack_name = "chat"
region = "eu-west-1"
parameter_overrides = "Color=red Size=small"
`

/** The outputs and events of a gateway that a command starts with these options. FOLDER is that of the template. */
async function opened(files: Record<string, string>, ...argv: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "open-gateway-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries({ "template.json": JSON.stringify(template), ...files })) {
    writeFileSync(join(folder, name), text)
  }
  const common = ["--port", "0", "--skip-custom-resources", "--import", "shared=from another stack"]
  const options = parseOptions(
    [...common, ...argv].map((argument) => argument.replace("FOLDER", folder)),
    {},
  )
  const events: GatewayEvent[] = []
  const gateway = await openGateway(join(folder, "template.json"), options, { onEvent: (event) => events.push(event) })
  onTestFinished(() => gateway.close())
  const notes = events.flatMap((event) => (event.event === "problem" ? [event.message] : []))
  return { outputs: gateway.outputs(), notes: notes.filter((note) => note.startsWith("Used of samconfig.toml")) }
}

test("a template is served with the account, region, parameters and imports of the command", async () => {
  const { outputs, notes } = await opened(
    { "values.json": '{"/app/key": "stored"}' },
    ...["--account", "111122223333", "--region", "eu-north-1", "--parameter", "Color=blue"],
    ...["--parameters", "FOLDER/values.json"],
  )
  expect(outputs).toMatchObject({
    Place: expect.stringMatching(/^111122223333 eu-north-1 /),
    Values: "blue none stored",
    Imported: "from another stack",
  })
  expect(notes).toEqual([])
})

test("values of samconfig.toml are used, and reported as such", async () => {
  const { outputs, notes } = await opened({ "samconfig.toml": samConfig })
  expect(outputs.Place).toMatch(/ eu-west-1 chat$/)
  expect(outputs.Values).toMatch(/^red small /)
  expect(notes).toEqual(["Used of samconfig.toml: stack_name chat, region eu-west-1, parameter Color, parameter Size."])
})

test("options take precedence over samconfig.toml, whose other values are still used", async () => {
  const { outputs, notes } = await opened(
    { "samconfig.toml": samConfig },
    ...["--region", "eu-north-1", "--parameter", "Color=blue"],
  )
  expect(outputs.Place).toMatch(/ eu-north-1 chat$/)
  expect(outputs.Values).toMatch(/^blue small /)
  expect(notes).toEqual(["Used of samconfig.toml: stack_name chat, parameter Size."])
})

test("a samconfig.toml whose values are all replaced is reported as not used", async () => {
  const { notes } = await opened(
    { "samconfig.toml": '[default.deploy.parameters]\nregion = "eu-west-1"\n' },
    ...["--region", "eu-north-1"],
  )
  expect(notes).toEqual(["Used of samconfig.toml: nothing."])
})

test("a sign-in that fails at the start is reported, and the gateway is ready without tokens", async () => {
  const reported: unknown[] = []
  const gateway: Partial<Gateway> = {
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    signIn: async () => {
      throw new Error("PreTokenGeneration failed with error No entry.")
    },
    outputs: () => ({}),
    stages: () => [],
    region: () => "us-east-1",
    endpoints: {},
    siteUrl: "http://localhost:1",
    report: (event) => reported.push(event),
  }
  const reporter = { ready: (...ready: unknown[]) => reported.push(ready), event() {}, stopping() {}, failure() {} }
  await reportReady(gateway as Gateway, reporter)
  expect(reported).toEqual([
    expect.objectContaining({ message: "The sign-in of alice failed: PreTokenGeneration failed with error No entry." }),
    [expect.not.objectContaining({ user: expect.anything() }), "http://localhost:1"],
  ])
})
