// Handlers that read parameters of Systems Manager and secrets of Secrets Manager.
import { describe, expect, test } from "vitest"
import { allow, shareCalling, suggestedStatement } from "./testing/service-calls.ts"

describe("parameters and secrets:", () => {
  const resources = {
    Key: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/key", Type: "String", Value: "from the template" } },
    Nested: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/db/host", Type: "String", Value: "localhost" } },
    Replaced: {
      Type: "AWS::SSM::Parameter",
      Properties: { Name: "/replaced", Type: "String", Value: "from the template" },
    },
    List: { Type: "AWS::SSM::Parameter", Properties: { Name: "list", Type: "StringList", Value: "a,b" } },
    Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "token", SecretString: '{"a":1}' } },
    ReplacedSecret: {
      Type: "AWS::SecretsManager::Secret",
      Properties: { Name: "replaced", SecretString: "from the template" },
    },
    Generated: {
      Type: "AWS::SecretsManager::Secret",
      Properties: {
        Name: "database",
        GenerateSecretString: {
          SecretStringTemplate: '{"user":"admin"}',
          GenerateStringKey: "password",
          PasswordLength: 20,
        },
      },
    },
  }
  const parameterArn = (path: string) => `arn:aws:ssm:us-east-1:000000000000:parameter/${path}`
  const statements = [allow("ssm:*", parameterArn("*")), allow("secretsmanager:*")]
  const startShared = shareCalling({
    parameterValues: { "/replaced": "mine", "/other": "new", replaced: "my token", extra: "more" },
  })

  test("a handler reads parameters by name, by ARN, several at once and by path", async () => {
    const { send } = await startShared({ resources, statements })
    const parameter = {
      Name: "/app/key",
      Type: "String",
      Value: "from the template",
      Version: 1,
      ARN: parameterArn("app/key"),
    }
    for (const Name of ["/app/key", parameterArn("app/key"), "/app/key:1"]) {
      expect(await send("ssm", "GetParameter", { Name })).toMatchObject({ Parameter: parameter })
    }
    expect(await send("ssm", "GetParameters", { Names: ["list", "none"] })).toMatchObject({
      Parameters: [{ Name: "list", Type: "StringList", Value: "a,b", ARN: parameterArn("list") }],
      InvalidParameters: ["none"],
    })
    const byPath = async (input: object) => {
      const { Parameters } = await send("ssm", "GetParametersByPath", { Path: "/app", ...input })
      return (Parameters as { Name: string }[]).map(({ Name }) => Name)
    }
    expect(await byPath({})).toEqual(["/app/key"])
    expect(await byPath({ Recursive: true })).toEqual(["/app/db/host", "/app/key"])
    const missing = await send("ssm", "GetParameter", { Name: "/app/none" })
    expect(missing).toMatchObject({ error: "ParameterNotFound", status: 400 })
  })

  test("a request has at most ten names of parameters", async () => {
    const { send } = await startShared({ resources, statements })
    const Names = Array.from({ length: 11 }, (_, index) => `/app/${index}`)
    expect(await send("ssm", "GetParameters", { Names })).toMatchObject({ error: "ValidationException", status: 400 })
  })

  test("a handler reads secrets by name, by ARN and by ARN without its end", async () => {
    const { send } = await startShared({ resources, statements })
    const { ARN = "", ...secret } = await send("secretsmanager", "GetSecretValue", { SecretId: "token" })
    expect(secret).toMatchObject({ Name: "token", SecretString: '{"a":1}', VersionStages: ["AWSCURRENT"] })
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-east-1:000000000000:secret:token-\w{6}$/)
    for (const SecretId of [ARN, String(ARN).slice(0, -7)]) {
      expect(await send("secretsmanager", "GetSecretValue", { SecretId })).toMatchObject({ Name: "token" })
    }
    const generated = await send("secretsmanager", "GetSecretValue", { SecretId: "database" })
    const value = JSON.parse(String(generated.SecretString))
    expect(value).toEqual({ user: "admin", password: expect.stringMatching(/^\w{20}$/) })
    const batch = await send("secretsmanager", "BatchGetSecretValue", { SecretIdList: ["token", "none"] })
    expect(batch).toMatchObject({ SecretValues: [{ Name: "token" }], Errors: [{ SecretId: "none" }] })
    expect(await send("secretsmanager", "GetSecretValue", { SecretId: "none" })).toEqual({
      error: "ResourceNotFoundException",
      status: 400,
      message: "Secrets Manager can't find the specified secret.",
    })
  })

  test("values that are given replace those of the template, and add others", async () => {
    const { send } = await startShared({ resources, statements })
    expect(await send("ssm", "GetParameter", { Name: "/replaced" })).toMatchObject({ Parameter: { Value: "mine" } })
    expect(await send("ssm", "GetParameter", { Name: "/other" })).toMatchObject({ Parameter: { Value: "new" } })
    const secretOf = async (SecretId: string) =>
      (await send("secretsmanager", "GetSecretValue", { SecretId })).SecretString
    expect(await secretOf("replaced")).toBe("my token")
    expect(await secretOf("extra")).toBe("more")
  })

  test.each<[service: string, command: string, input: object, action: string]>([
    ["ssm", "GetParameter", { Name: "/app/key" }, "ssm:GetParameter"],
    ["ssm", "GetParameters", { Names: ["/app/key"] }, "ssm:GetParameters"],
    ["ssm", "GetParametersByPath", { Path: "/app" }, "ssm:GetParametersByPath"],
    ["secretsmanager", "GetSecretValue", { SecretId: "token" }, "secretsmanager:GetSecretValue"],
  ])("%s %s of %j needs %s", async (service, command, input, action) => {
    const { local, send } = await startShared({ resources })
    const result = await send(service, command, input)
    expect(result).toMatchObject({ error: "AccessDeniedException", message: expect.stringContaining(action) })
    const fixed = await startShared({ resources, statements: [suggestedStatement(local)] })
    expect(await fixed.send(service, command, input)).toMatchObject({ status: 200 })
  })
})
