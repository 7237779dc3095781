// The statements of SAM's policy templates: their form, and that each allows actions of the service of its resources.
import { expect, test } from "vitest"
import { policyTemplates } from "./policy-templates.ts"

const statements = [...policyTemplates].flatMap(([name, list]) => list.map((statement) => ({ name, ...statement })))

test("every action names its service", () => {
  for (const { name, actions } of statements) {
    expect(actions.length, name).toBeGreaterThan(0)
    for (const action of actions) expect(action, name).toMatch(/^[a-z0-9-]+:([A-Z][A-Za-z0-9]*\*?|\*)$/)
  }
})

test("every resource is everything, a parameter, or an ARN of the service of the actions", () => {
  const arn = /^arn:\$\{AWS::Partition\}:([a-z0-9-]+):(\$\{AWS::Region\}:\$\{AWS::AccountId\}:|::).*\S$/
  for (const { name, actions, resources } of statements) {
    expect(resources.length, name).toBeGreaterThan(0)
    for (const resource of resources) {
      if (resource === "*" || /^\$\{[A-Z][A-Za-z]+Arn\}$/.test(resource)) continue
      expect(resource, name).toMatch(arn)
      const [, service] = arn.exec(resource) ?? []
      for (const action of actions) expect(action.split(":")[0], name).toBe(service)
    }
  }
})

test("buckets and hosted zones have no region and account, other resources have those of the stack", () => {
  const resourcesOf = (name: string) => policyTemplates.get(name)?.flatMap(({ resources }) => resources)
  expect(resourcesOf("S3ReadPolicy")).toEqual([
    "arn:${AWS::Partition}:s3:::${BucketName}",
    "arn:${AWS::Partition}:s3:::${BucketName}/*",
  ])
  expect(resourcesOf("SQSPollerPolicy")).toEqual([
    "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}",
  ])
})

test("an action without a service is one of the service before it", () => {
  expect(policyTemplates.get("DynamoDBReadPolicy")?.[0]?.actions).toEqual([
    "dynamodb:GetItem",
    "dynamodb:Scan",
    "dynamodb:Query",
    "dynamodb:BatchGetItem",
    "dynamodb:DescribeTable",
  ])
})
