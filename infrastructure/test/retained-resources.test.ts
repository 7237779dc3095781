// Failed first creations can be repeated: a rollback deletes what the attempt created, also in prod.
import { describe, expect, test } from "vitest"
import { synthesized, withoutSignIn } from "./synthesized.ts"

type RawResource = {
  Type: string
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
  Properties?: { DeletionProtectionEnabled?: boolean }
}

describe.each([
  { hosting: "cloudfront", manage_api_gateway_account: "true" },
  { hosting: "apprunner", web_origins: '["https://docs.example.com"]' },
  { hosting: "none", ...withoutSignIn },
])("in prod with %j", (overrides) => {
  const resources = synthesized("prod", overrides).stacks.flatMap(({ template }) =>
    Object.values<RawResource>(template.Resources),
  )
  const retained = resources.filter(({ DeletionPolicy = "Delete" }) => DeletionPolicy !== "Delete")

  test("retains data and logs, and every retained resource is deleted when its first creation fails", () => {
    const types = new Set(retained.map(({ Type }) => Type))
    for (const type of ["AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"]) expect(types).toContain(type)
    for (const { DeletionPolicy, UpdateReplacePolicy } of retained) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(["RetainExceptOnCreate", "Retain"])
    }
  })

  // DynamoDB rejects the deletion of a protected table, which turns a rollback into ROLLBACK_FAILED.
  test("protects no table against deletion before table_deletion_protection is set", () => {
    expect(resources.filter(({ Properties }) => Properties?.DeletionProtectionEnabled)).toEqual([])
  })
})

test("table_deletion_protection protects both tables", () => {
  const app = synthesized("prod", { table_deletion_protection: "true", hosting: "none", ...withoutSignIn })
  const tables = app.all("storage", "AWS::DynamoDB::Table")
  expect(tables.map(({ Properties }) => Properties.DeletionProtectionEnabled)).toEqual([true, true])
})

describe("the account's CloudWatch role", () => {
  test.each([
    ["prod", {}, false],
    ["prod", { manage_api_gateway_account: "true" }, true],
    ["dev", {}, true],
    ["dev", { manage_api_gateway_account: "false" }, false],
  ])("in %s with %j is deployed: %s", (envName, overrides, isDeployed) => {
    const { stacks } = synthesized(envName, { hosting: "none", ...withoutSignIn, ...overrides })
    const owners = stacks.filter(({ template }) => JSON.stringify(template).includes("AWS::ApiGateway::Account"))
    expect(owners.map(({ stackName }) => stackName)).toEqual(isDeployed ? ["document-insight-api-gateway-account"] : [])
  })

  test("has a stack of its own, deployed first, which is the same for every environment and is never removed", () => {
    const overrides = { manage_api_gateway_account: "true", hosting: "none", ...withoutSignIn }
    const apps = ["dev", "prod"].map((env) => synthesized(env, overrides))
    const [dev, prod] = apps.map(({ stacks }) => stacks[0]!)
    expect(dev?.stackName).toBe("document-insight-api-gateway-account")
    expect(prod?.template).toEqual(dev?.template)
    const resources = Object.values<RawResource>(dev?.template.Resources)
    expect(resources.map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy])).toEqual([
      ["AWS::IAM::Role", "RetainExceptOnCreate"],
      ["AWS::ApiGateway::Account", "RetainExceptOnCreate"],
    ])
  })
})
