// The monitoring stack: which alarms there are, who is notified, and the dashboard.
import { describe, expect, test } from "vitest"
import { synthesized } from "./synthesized.ts"

const functions = [
  "connection-handler",
  "document-processor",
  "document-watchdog",
  "progress-notifier",
  "documents-api",
  "page-thumbnails",
]

describe.each([
  ["dev", functions],
  ["prod", [...functions, "ticket-authorizer"]],
])("monitoring in %s", (envName, functions) => {
  const app = synthesized(envName)

  test("has an alarm for every failure that makes a user wait or fail", () => {
    const names = app.all("monitoring", "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties.AlarmName)
    expect(names.toSorted()).toEqual(
      [
        ...["websocket-integration-errors", "websocket-execution-errors", "websocket-client-error-rate"],
        ...functions.flatMap((name) => [`${name}-errors`, `${name}-throttles`]),
        ...["http-server-errors", "documents-failed", "uploads-dead-letter", "uploads-waiting"],
        ...["pushes-dead-letter", "pushes-waiting"],
      ]
        .map((name) => `document-insight-${envName}-${name}`)
        .toSorted(),
    )
  })

  test("has a dashboard named by environment and region, because dashboards are global to an account", () => {
    const { DashboardName } = app.one("monitoring", "AWS::CloudWatch::Dashboard").Properties
    expect(DashboardName).toBe(`document-insight-${envName}-overview-<AWS::Region>`)
  })

  test("has no topic without alarm_email", () => {
    expect(app.all("monitoring", "AWS::SNS::Topic")).toEqual([])
  })
})

describe("alarm_email", () => {
  test("receives every alarm", () => {
    const app = synthesized("dev", { alarm_email: "ops@example.com", hosting: "none" })
    expect(app.one("monitoring", "AWS::SNS::Subscription").Properties).toMatchObject({
      Protocol: "email",
      Endpoint: "ops@example.com",
    })
    const alarms = app.all("monitoring", "AWS::CloudWatch::Alarm")
    expect(alarms.every(({ Properties }) => Properties.AlarmActions[0] === "<AlarmTopic>")).toBe(true)
    const statements = app.one("monitoring", "AWS::SNS::TopicPolicy").Properties.PolicyDocument.Statement
    expect(statements).toContainEqual(
      expect.objectContaining({ Action: "sns:Publish", Principal: { Service: "cloudwatch.amazonaws.com" } }),
    )
  })

  test.each([
    ["prod", {}, 1],
    ["prod", { alarm_email: "ops@example.com" }, 0],
    ["dev", {}, 0],
  ])("missing in %s with %j gives %i warnings", (envName, overrides, count) => {
    const app = synthesized(envName, overrides)
    const warnings = app.stacks.flatMap(({ messages }) => messages).map(({ entry }) => String(entry.data))
    expect(warnings).toHaveLength(count)
    for (const warning of warnings) expect(warning).toContain("No one is notified of alarms in prod: set alarm_email")
  })
})
