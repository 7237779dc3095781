// What the schedules of EventBridge Scheduler yield.
import { afterEach, expect, test, vi } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

afterEach(() => {
  vi.unstubAllEnvs()
})

const target = {
  Arn: "arn:aws:lambda:us-east-1:000000000000:function:tick",
  RoleArn: "arn:aws:iam::000000000000:role/scheduler",
}

function define(properties: Record<string, unknown> = {}) {
  const Properties = { ScheduleExpression: "rate(5 minutes)", Target: target, ...properties }
  return readDefinition([stackOf({ Resources: { Tick: { Type: "AWS::Scheduler::Schedule", Properties } } })])
}

test("has its expression, in UTC by default, and its target", () => {
  expect(define().schedules).toEqual([
    {
      logicalId: "Tick",
      stackName: "stack",
      arn: expect.stringMatching(/^arn:aws:scheduler:us-east-1:000000000000:schedule\/default\/stack-Tick-/),
      scheduleExpression: "rate(5 minutes)",
      timezone: "UTC",
      target: { targetArn: target.Arn, roleArn: target.RoleArn },
    },
  ])
})

test("has the input, group, event and dead-letter queue of its target", () => {
  const Target = {
    ...target,
    Input: "{}",
    SqsParameters: { MessageGroupId: "group" },
    EventBridgeParameters: { Source: "app", DetailType: "Tick" },
    DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:000000000000:dead" },
  }
  expect(define({ Target }).schedules[0]?.target).toMatchObject({
    input: "{}",
    messageGroupId: "group",
    eventBus: { source: "app", detailType: "Tick" },
    deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:dead",
  })
})

test("reads dates without a time zone in UTC, not in the time zone of the machine", () => {
  vi.stubEnv("TZ", "America/New_York")
  const dates = { StartDate: "2027-01-31T08:30:00", EndDate: "2027-02-01T00:00:00+01:00" }
  expect(define(dates).schedules).toMatchObject([{ startsAt: 1801384200000, endsAt: 1801436400000 }])
})

test("is left out when it is disabled", () => {
  expect(define({ State: "DISABLED" }).schedules).toEqual([])
})

test.each([
  [{ StartDate: "soon" }, "StartDate must be a date such as 2027-01-31T08:30:00Z, not soon."],
  [{ Target: undefined }, "Target is required."],
  [{ ScheduleExpression: "every day" }, "ScheduleExpression is not valid"],
])("rejects %j", (properties, message) => {
  expect(() => define(properties)).toThrow(message)
})

test("reports a target of a service that is not served", () => {
  const { schedules, notices } = define({ Target: { ...target, Arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask" } })
  expect(schedules).toEqual([])
  expect(notices).toMatchObject([
    { logicalId: "Tick", message: expect.stringContaining("arn:aws:scheduler:::aws-sdk:ecs:runTask are not served.") },
  ])
})
