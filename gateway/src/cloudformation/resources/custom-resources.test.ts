// What is read of custom resources, and what is left out until they exist.
import { expect, test } from "vitest"
import type { CustomResourceState } from "../../definition/custom-resource.ts"
import { readDefinition } from "../read-definition.ts"
import { type Changes, chatResources, defineChat } from "../testing/chat-template.ts"
import { stackOf } from "../testing/stack-of.ts"

const ServiceToken = { "Fn::GetAtt": ["Function", "Arn"] }
const custom = (properties: Record<string, unknown> = {}, Type = "Custom::Seed") => ({
  Type,
  Properties: { ServiceToken, ...properties },
})
const queue = (QueueName: unknown) => ({ Type: "AWS::SQS::Queue", Properties: { QueueName } })
const keyOfSeed = { "Fn::GetAtt": ["Seed", "Key"] }

function define(changes: Changes, states: Record<string, CustomResourceState> = {}) {
  const stack = stackOf({ Resources: chatResources(changes), Outputs: { Key: { Value: keyOfSeed } } })
  const customResources = new Map(Object.entries(states).map(([id, state]) => [`${stack.stackName}/${id}`, state]))
  return readDefinition([stack], { customResources })
}

test("what depends on a custom resource is left out until it exists, with its problems", () => {
  const { Properties } = chatResources().Function!
  const timed = { Type: "AWS::Lambda::Function", Properties: { ...Properties, Timeout: keyOfSeed } }
  const changes = { Seed: custom(), Named: queue(keyOfSeed), Timed: timed }
  const before = define(changes)
  expect(before.queues).toEqual([])
  expect(before.leftOut.map((key) => key.split("/")[1]).toSorted()).toEqual(["Named", "Timed"])
  expect([before.outputs, before.notices]).toEqual([{}, []])
  const after = define(changes, { Seed: { physicalResourceId: "p", data: { Key: "7" } } })
  expect([after.queues.length, after.leftOut, after.outputs]).toEqual([1, [], { Key: "7" }])
  expect(after.functions.map(({ timeoutMs }) => timeoutMs)).toEqual([3000, 7000])
  const wrong = () => define(changes, { Seed: { physicalResourceId: "p", data: { Key: "no number" } } })
  expect(wrong).toThrow("Timeout must be a number")
})

test("a value of a custom resource can be a list", () => {
  const route = { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Join": ["-", keyOfSeed] } } }
  const { queues } = define(
    { Seed: custom(), Q: route },
    { Seed: { physicalResourceId: "p", data: { Key: ["a", "b"] } } },
  )
  expect(queues).toMatchObject([{ queueName: "a-b" }])
})

test("custom resources wait for those that they refer to, also through other resources", () => {
  const { customResources } = define({
    Seed: custom(),
    Named: queue(keyOfSeed),
    Second: custom({ Queue: { "Fn::Sub": `\${Named}!` } }),
    Third: { ...custom(), DependsOn: "Second" },
  })
  expect(customResources.map(({ logicalId, dependsOn }) => [logicalId, dependsOn.length])).toEqual([
    ["Seed", 0],
    ["Second", 1],
    ["Third", 2],
  ])
})

test.each(["0", 3601, "1.5"])("a ServiceTimeout of %s is rejected", (ServiceTimeout) => {
  expect(() => define({ Seed: custom({ ServiceTimeout }) })).toThrow("ServiceTimeout must be a whole number")
})

const call = (service: string, more: Record<string, unknown> = {}) =>
  custom({ Create: JSON.stringify({ service, action: "a", ...more }), InstallLatestAwsSdk: "true" }, "Custom::AWS")

test.each([
  ["DynamoDB", "@aws-sdk/client-dynamodb"],
  ["@aws-sdk/client-secrets-manager", "@aws-sdk/client-secrets-manager"],
  ["StepFunctions", "@aws-sdk/client-sfn"],
])("a call of the SDK to %s needs %s, and not the newest one", (service, name) => {
  const { customResources, functions } = define({ Seed: call(service) })
  expect(customResources[0]?.properties.InstallLatestAwsSdk).toBe("false")
  expect(customResources[0]?.unservedService).toBeUndefined()
  expect(functions[0]?.sdkPackages).toEqual([name])
})

test("a call of the SDK with another role needs the package of its credentials", () => {
  const { functions } = define({ Seed: call("S3", { assumedRoleArn: "arn:aws:iam::1:role/r" }) })
  expect(functions[0]?.sdkPackages).toEqual(["@aws-sdk/client-s3", "@aws-sdk/credential-providers"])
})

test("a call of the SDK to a service that is not served is marked", () => {
  const { customResources } = define({ Seed: call("CognitoIdentityServiceProvider") })
  expect(customResources).toMatchObject([{ unservedService: "CognitoIdentityServiceProvider" }])
})

test("one that is not created has placeholders, and is reported once", () => {
  const { outputs, notices, customResources } = define(
    { Seed: custom() },
    { Seed: { notServed: "It is not created." } },
  )
  expect(outputs.Key).toMatch(/-Key$/)
  expect(customResources).toEqual([])
  expect(notices.map(({ message }) => message)).toContain("It is not created.")
})

test("those of the CDK that have no effect here are not created", () => {
  const { customResources, notices } = defineChat({
    Delete: custom({}, "Custom::S3AutoDeleteObjects"),
    Retention: custom({}, "Custom::LogRetention"),
  })
  expect([customResources, notices]).toEqual([[], []])
})
