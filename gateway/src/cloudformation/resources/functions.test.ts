// What functions, layers, and configurations of asynchronous invocation yield.
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import type { ResourceBody } from "../source/stack.ts"
import { type Changes, chatResources, defineChat, noValue } from "../testing/chat-template.ts"
import { stackOf } from "../testing/stack-of.ts"

const queueArn = "arn:aws:sqs:us-east-1:123456789012:failed"

describe("a function", () => {
  test("has the settings of the template", () => {
    const { functions } = defineChat({
      Function: {
        FunctionName: "own",
        Handler: "app.main",
        Environment: { Variables: { API: { Ref: "Api" }, COUNT: 3 } },
        Timeout: "10",
        MemorySize: 256,
        LoggingConfig: { LogFormat: "JSON", LogGroup: "/own" },
        ReservedConcurrentExecutions: 2,
        DeadLetterConfig: { TargetArn: queueArn },
      },
    })
    expect(functions).toMatchObject([
      {
        functionName: "own",
        arn: "arn:aws:lambda:us-east-1:000000000000:function:own",
        runtime: "nodejs24.x",
        handler: "app.main",
        environment: { API: expect.stringMatching(/^[a-z0-9]{10}$/), COUNT: "3" },
        timeoutMs: 10_000,
        memoryMb: 256,
        logFormat: "JSON",
        logGroupName: "/own",
        reservedConcurrency: 2,
        deadLetterArn: queueArn,
        roleArn: expect.stringMatching(/^arn:aws:iam::000000000000:role\/stack-Role-/),
      },
    ])
  })

  test("has the defaults of AWS", () => {
    const [definition] = defineChat({ Function: { Handler: noValue } }).functions
    expect(definition).toMatchObject({
      handler: "index.handler",
      code: { form: "inline", source: "exports.handler = () => {}" },
      layers: [],
      environment: {},
      timeoutMs: 3000,
      memoryMb: 128,
      logFormat: "Text",
      logGroupName: `/aws/lambda/${definition!.functionName}`,
      maximumRetryAttempts: 2,
      maximumEventAgeSeconds: 21_600,
    })
    for (const optional of ["reservedConcurrency", "deadLetterArn", "onSuccessArn", "onFailureArn"]) {
      expect(definition).not.toHaveProperty(optional)
    }
  })

  test("takes its code and layers from the stack's assets, by key or by the last part of it", () => {
    const assets = new Map([
      ["full/code.zip", { path: "/out/code.zip", form: "zip" as const }],
      ["l.zip", { path: "/out/asset.l", form: "folder" as const }],
    ])
    const Resources = chatResources({
      Function: {
        Code: { S3Bucket: "b", S3Key: "full/code.zip" },
        Layers: [{ Ref: "Layer" }, "arn:aws:lambda:us-east-1:1:layer:x:1"],
      },
      Layer: { Type: "AWS::Lambda::LayerVersion", Properties: { Content: { S3Bucket: "b", S3Key: "prefix/l.zip" } } },
    })
    const { functions, notices } = readDefinition([stackOf({ Resources }, { assets })])
    expect(functions).toMatchObject([
      { code: { form: "zip", path: "/out/code.zip" }, layers: [{ form: "folder", path: "/out/asset.l" }] },
    ])
    expect(notices).toMatchObject([
      {
        logicalId: "Function",
        message:
          "The layer arn:aws:lambda:us-east-1:1:layer:x:1 is not on this machine, so its files are missing. Install the packages that it contains in your project (npm), or for your Python (pip).",
      },
    ])
  })

  test.each([
    ["code", "/templates/code", "folder"],
    ["../code.zip", "/code.zip", "zip"],
    ["/elsewhere/app.jar", "/elsewhere/app.jar", "zip"],
  ])("takes its code from the local path %s", (LocalPath, path, form) => {
    const Resources = chatResources({ Function: { Code: { LocalPath } } })
    const { functions } = readDefinition([stackOf({ Resources }, { folder: "/templates" })])
    expect(functions).toMatchObject([{ code: { form, path } }])
  })

  test("takes a single file that is no archive as its only file", () => {
    const path = join(import.meta.dirname, "functions.test.ts")
    const Resources = chatResources({ Function: { Code: { LocalPath: path } } })
    const { functions } = readDefinition([stackOf({ Resources }, { folder: "/templates" })])
    const files = [{ from: path, to: "functions.test.ts" }]
    expect(functions).toMatchObject([{ code: { form: "image", path: import.meta.dirname, files } }])
  })

  test("takes its code and layers from the local paths that `aws cloudformation package` uploads", () => {
    const Resources = chatResources({
      Function: { Code: "./code", Layers: [{ Ref: "Layer" }] },
      Layer: { Type: "AWS::Lambda::LayerVersion", Properties: { Content: "layer.zip" } },
    })
    const { functions } = readDefinition([stackOf({ Resources }, { folder: "/templates" })])
    expect(functions).toMatchObject([
      { code: { form: "folder", path: "/templates/code" }, layers: [{ form: "zip", path: "/templates/layer.zip" }] },
    ])
  })

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "runs another language",
      { Runtime: "java21" },
      /^Its runtime is java21. Node.js, Python and provided runtimes run here, so calls/,
    ],
    ["runs ruby", { Runtime: "ruby3.4" }, /^Its runtime is ruby3.4. Node.js, Python and provided runtimes run here/],
    ["runs .NET", { Runtime: "dotnet8" }, /^Its runtime is dotnet8. Node.js, Python and provided runtimes run here/],
    ["is a container image", { Runtime: noValue, Code: { ImageUri: "x" } }, /^Its container image is not built here/],
    ["has code that is not here", { Code: { S3Bucket: "b", S3Key: "k.zip" } }, /^Its code is not on this machine/],
  ])("that %s is absent, and is reported only when something invokes it", (_, properties, message) => {
    const invoked = defineChat({ Function: properties })
    expect(invoked.functions).toEqual([])
    expect(invoked.notices).toMatchObject([{ logicalId: "Function", message: expect.stringMatching(message) }])
    const base = { Role: "arn:aws:iam::0:role/x", Runtime: "nodejs24.x", Code: { ZipFile: "" } }
    const spare: ResourceBody = { Type: "AWS::Lambda::Function", Properties: { ...base, ...properties } }
    const unused = defineChat({ Spare: spare })
    expect(unused.functions.map((one) => one.logicalId)).toEqual(["Function"])
    expect(unused.notices).toEqual([])
  })
})

describe("a configuration of asynchronous invocation", () => {
  const config = (properties: Record<string, unknown>): Changes => ({
    Config: {
      Type: "AWS::Lambda::EventInvokeConfig",
      Properties: { FunctionName: { Ref: "Function" }, Qualifier: "$LATEST", ...properties },
    },
  })

  test("sets retries, age and destinations of the function", () => {
    const lambdaArn = "arn:aws:lambda:us-east-1:123456789012:function:done"
    const { functions, notices } = defineChat(
      config({
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: queueArn }, OnSuccess: { Destination: lambdaArn } },
      }),
    )
    expect(functions).toMatchObject([
      { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60, onFailureArn: queueArn, onSuccessArn: lambdaArn },
    ])
    expect(notices).toEqual([])
  })

  test("keeps the defaults that it does not set", () => {
    const [definition] = defineChat(config({ DestinationConfig: { OnFailure: { Destination: queueArn } } })).functions
    expect(definition).toMatchObject({
      maximumRetryAttempts: 2,
      maximumEventAgeSeconds: 21_600,
      onFailureArn: queueArn,
    })
    expect(definition).not.toHaveProperty("onSuccessArn")
  })

  test("is reported when its destination is neither a queue nor a function", () => {
    const topic = "arn:aws:sns:us-east-1:123456789012:topic"
    const { functions, notices } = defineChat(config({ DestinationConfig: { OnSuccess: { Destination: topic } } }))
    expect(functions[0]).not.toHaveProperty("onSuccessArn")
    expect(notices).toMatchObject([
      {
        logicalId: "Config",
        message: `The destination ${topic} is not served. Results go to queues and functions only.`,
      },
    ])
  })

  test("of a function that is not in the template has no effect", () => {
    expect(defineChat(config({ FunctionName: "other", MaximumRetryAttempts: 0 })).functions).toMatchObject([
      { maximumRetryAttempts: 2 },
    ])
  })
})
