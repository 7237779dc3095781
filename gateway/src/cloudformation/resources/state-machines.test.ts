// What the state machines of a template yield.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

const pass = { StartAt: "A", States: { A: { Type: "Pass", Result: "${word}", End: true } } }

function define(properties: Record<string, unknown>, changes: Parameters<typeof stackOf>[1] = {}) {
  const Machine = {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: { RoleArn: "arn:aws:iam::000000000000:role/r", StateMachineName: "m", ...properties },
  }
  return readDefinition([stackOf({ Resources: { Machine } }, changes)])
}

function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "states-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), text)
  return folder
}

test("a definition is a text, an object or a file, with substitutions", () => {
  const word = 'a "quoted" word'
  const DefinitionSubstitutions = { word }
  const expected = { StartAt: "A", States: { A: { Type: "Pass", Result: word, End: true } } }
  const folder = folderWith("m.asl.json", JSON.stringify(pass))
  const assets = new Map([["key.json", { path: join(folder, "m.asl.json"), form: "file" as const }]])
  for (const [properties, changes] of [
    [{ DefinitionString: JSON.stringify(pass) }, {}],
    [{ Definition: pass }, {}],
    [{ DefinitionS3Location: { LocalPath: "m.asl.json" } }, { folder }],
    [{ DefinitionS3Location: "m.asl.json" }, { folder }],
    [{ DefinitionS3Location: { Bucket: "b", Key: "key.json" } }, { assets }],
  ] as const) {
    const { stateMachines, notices } = define({ ...properties, DefinitionSubstitutions }, changes)
    expect(stateMachines).toMatchObject([
      { arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m", type: "STANDARD", machine: expected },
    ])
    expect(notices).toEqual([])
  }
})

test("what a machine uses and is not served is reported", () => {
  const { notices } = define({
    Definition: {
      StartAt: "A",
      States: { A: { Type: "Task", Resource: "arn:aws:states:us-east-1:0:activity:a", End: true } },
    },
  })
  expect(notices).toMatchObject([{ message: "Activities are not served." }])
})

const withState = (state: object) => ({ Definition: { StartAt: "A", States: { A: state } } })

test.each<[what: string, properties: Record<string, unknown>, message: RegExp]>([
  ["no definition", {}, /needs a Definition/],
  ["a text that cannot be read", { DefinitionString: "{" }, /cannot be read/],
  ["a missing file", { DefinitionS3Location: { Bucket: "b", Key: "k" } }, /not on this machine/],
  ["a missing StartAt", { Definition: { StartAt: "B", States: {} } }, /StartAt that is not one of its states: B/],
  ["an unknown type", withState({ Type: "Other" }), /has no Type/],
  ["a missing target", withState({ Type: "Pass", Next: "B" }), /leads to B/],
  ["no end", withState({ Type: "Pass" }), /neither Next nor End/],
  ["no resource", withState({ Type: "Task", End: true }), /has no Resource/],
  [
    "a branch without states",
    withState({ Type: "Parallel", Branches: [{}], End: true }),
    /Branch 0 of A has no States/,
  ],
  ["a Map without a processor", withState({ Type: "Map", End: true }), /The Map A has no States/],
])("%s is a problem", (_, properties, message) => {
  expect(() => define(properties)).toThrow(message)
})

test("SAM's state machine has a role with its policies", () => {
  const Machine = {
    Type: "AWS::Serverless::StateMachine",
    Properties: {
      Type: "EXPRESS",
      Definition: pass,
      DefinitionSubstitutions: { word: "w" },
      Policies: [{ Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }] }],
      Events: { Called: { Type: "Api" } },
    },
  }
  const { stateMachines, roles, notices } = readDefinition([stackOf({ Resources: { Machine } })])
  expect(stateMachines).toMatchObject([{ type: "EXPRESS", roleArn: roles[0]?.arn }])
  expect(roles).toMatchObject([
    {
      managedPolicyArns: [],
      assumeRolePolicy: { Statement: [{ Principal: { Service: ["states.amazonaws.com"] } }] },
      policies: [{ document: { Statement: [{ Action: "sqs:SendMessage" }] } }],
    },
  ])
  expect(notices).toMatchObject([{ message: expect.stringContaining("Called of type Api is not served") }])
})

test("SAM's events of a state machine are rules, each with a role that may start it", () => {
  const Machine = {
    Type: "AWS::Serverless::StateMachine",
    Properties: {
      Definition: pass,
      DefinitionSubstitutions: { word: "w" },
      Events: {
        Daily: { Type: "Schedule", Properties: { Schedule: "rate(1 day)", Input: "{}", Enabled: true } },
        Paid: { Type: "EventBridgeRule", Properties: { Pattern: { source: ["shop"] }, InputPath: "$.detail" } },
        Off: { Type: "CloudWatchEvent", Properties: { Pattern: { source: ["shop"] }, State: "DISABLED" } },
        Own: {
          Type: "EventBridgeRule",
          Properties: { Pattern: { source: ["a"] }, RoleArn: "arn:aws:iam::1:role/own" },
        },
      },
    },
  }
  const { stateMachines, rules, roles, notices } = readDefinition([stackOf({ Resources: { Machine } })])
  expect(notices).toEqual([])
  const [machine] = stateMachines
  const roleOf = (logicalId: string) => roles.find((role) => role.logicalId === logicalId)
  const targetArn = machine?.arn
  expect(rules).toMatchObject([
    {
      logicalId: "MachineDaily",
      scheduleExpression: "rate(1 day)",
      targets: [{ targetArn, roleArn: roleOf("MachineDailyRole")?.arn, input: "{}" }],
    },
    {
      logicalId: "MachinePaid",
      eventPattern: { source: ["shop"] },
      targets: [{ targetArn, roleArn: roleOf("MachinePaidRole")?.arn, inputPath: "$.detail" }],
    },
    { logicalId: "MachineOwn", targets: [{ targetArn, roleArn: "arn:aws:iam::1:role/own" }] },
  ])
  expect(roleOf("MachineDailyRole")).toMatchObject({
    assumeRolePolicy: { Statement: [{ Principal: { Service: ["events.amazonaws.com"] } }] },
    policies: [{ document: { Statement: [{ Action: "states:StartExecution", Resource: targetArn }] } }],
  })
  expect(roleOf("MachineOwnRole")).toBeUndefined()
})

test("a rule that starts a state machine without a role is a problem", () => {
  const Rule = {
    Type: "AWS::Events::Rule",
    Properties: {
      EventPattern: { source: ["shop"] },
      Targets: [{ Id: "1", Arn: "arn:aws:states:us-east-1:123456789012:stateMachine:machine" }],
    },
  }
  expect(() => readDefinition([stackOf({ Resources: { Rule } })])).toThrow("RoleArn is required for the target")
})
