// The environment variables and the command line of an execution environment.
import { describe, expect, test } from "vitest"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { functionEnvironment } from "./function-environment.ts"
import { nodeFlags } from "./node-flags.ts"
import { defineFunction } from "./testing/lambda-under-test.ts"

function environmentOf(overrides: Partial<FunctionDefinition>, endpoints: Record<string, string> = {}) {
  return functionEnvironment({
    definition: defineFunction("", overrides),
    region: "eu-west-1",
    taskRoot: "/code",
    logStreamName: "stream",
    credentials: { accessKeyId: "KEY", secretAccessKey: "secret", sessionToken: "token" },
    endpoints,
  })
}

describe("the variables", () => {
  test("of a Node.js function are Lambda's", () => {
    const { variables, lateVariables } = environmentOf({})
    expect(variables).toEqual({
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
      LD_LIBRARY_PATH: "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
      NODE_PATH: "/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/f",
      AWS_LAMBDA_LOG_STREAM_NAME: "stream",
      AWS_LAMBDA_LOG_FORMAT: "Text",
      AWS_ACCESS_KEY_ID: "KEY",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
      _HANDLER: "index.handler",
      LAMBDA_TASK_ROOT: "/code",
      LAMBDA_RUNTIME_DIR: "/var/runtime",
    })
    expect(lateVariables).toEqual({})
  })

  test("of the function win over endpoints and over those that are not reserved", () => {
    const environment = { TZ: "Asia/Tokyo", AWS_ENDPOINT_URL_SQS: "http://mine", AWS_REGION: "us-west-2" }
    const { variables } = environmentOf({ environment }, { AWS_ENDPOINT_URL_SQS: "a", AWS_ENDPOINT_URL_S3: "b" })
    expect(variables).toMatchObject({
      TZ: "Asia/Tokyo",
      AWS_ENDPOINT_URL_SQS: "http://mine",
      AWS_ENDPOINT_URL_S3: "b",
      AWS_REGION: "eu-west-1",
    })
  })

  test("of Python have the path of libraries later, because it would replace those of the machine", () => {
    const { variables, lateVariables } = environmentOf({ runtime: "python3.13" })
    expect(variables).toMatchObject({ PYTHONPATH: "/var/runtime", AWS_EXECUTION_ENV: "AWS_Lambda_python3.13" })
    expect(Object.keys(variables)).not.toContain("LD_LIBRARY_PATH")
    expect(Object.keys(variables)).not.toContain("AWS_LAMBDA_LOG_LEVEL")
    expect(lateVariables).toEqual({ LD_LIBRARY_PATH: expect.stringMatching(/^\/lib64:.*:\/opt\/lib$/) })
    const own = environmentOf({ runtime: "python3.13", environment: { LD_LIBRARY_PATH: "/a", LC_CTYPE: "C" } })
    expect(own.lateVariables).toEqual({ LD_LIBRARY_PATH: "/a", LC_CTYPE: "C" })
  })

  test("of Python and custom runtimes have the log level in the JSON format", () => {
    const levelOf = (overrides: Partial<FunctionDefinition>) =>
      environmentOf({ logFormat: "JSON", ...overrides }).variables.AWS_LAMBDA_LOG_LEVEL
    expect(levelOf({ runtime: "python3.13" })).toBe("INFO")
    expect(levelOf({ runtime: "python3.13", logLevel: "WARN" })).toBe("WARN")
    expect(levelOf({ runtime: "provided.al2023", logLevel: "DEBUG" })).toBe("DEBUG")
    expect(levelOf({ runtime: "nodejs24.x", logLevel: "DEBUG" })).toBeUndefined()
  })

  test("of a custom runtime have neither a language nor the name of the runtime", () => {
    const { variables } = environmentOf({ runtime: "provided.al2023" })
    const names = ["AWS_EXECUTION_ENV", "NODE_PATH", "PYTHONPATH"].filter((name) => name in variables)
    expect(names).toEqual([])
    expect(variables).toHaveProperty("LD_LIBRARY_PATH")
  })
})

describe("the options of Node.js", () => {
  const flags = (overrides: Partial<FunctionDefinition> = {}) => nodeFlags(defineFunction("", overrides))

  test.each([
    [128, 8],
    [15, 1],
    [64, 4],
    [10_240, 16],
  ])("limit the memory: of %d MB, %d MB for new values", (memoryMb, young) => {
    expect(flags({ memoryMb })).toEqual([
      `--max-old-space-size=${memoryMb}`,
      `--max-semi-space-size=${young}`,
      "--disable-warning=ExperimentalWarning",
    ])
  })

  test("hide a deprecation on older runtimes, which have it not", () => {
    expect(flags({ runtime: "nodejs22.x" })).toContain("--disable-warning=DEP0169")
  })

  test.each(["--max-old-space-size=1", "--max_old_space_size=1"])("leave out what the function sets: %s", (option) => {
    expect(flags({ environment: { NODE_OPTIONS: `--a ${option}` } }).map((flag) => flag.split("=")[0])).toEqual([
      "--max-semi-space-size",
      "--disable-warning",
    ])
  })
})
