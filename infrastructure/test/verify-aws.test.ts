// `npm run verify:aws`: what it rejects, and that the stack is always removed. Its dry run is in verify-aws.soak.test.ts.
import { describe, expect, test } from "vitest"
import { findAwsAccess } from "../../scripts/aws/aws-access.ts"
import { contractReport } from "../../scripts/aws/contract-report.ts"
import { deployContractStack } from "../../scripts/aws/contract-stack.ts"
import { percentile } from "../../scripts/aws/measure-latency.ts"
import { type ScriptedResponses, scriptedEnvironment, startScriptedAws } from "./scripted-aws.ts"
import { verify } from "./verify-command.ts"

const twoMinutes = 120_000

describe("the command ends with one sentence and creates nothing", () => {
  test.each<[string, string[], string]>([
    [
      "without credentials",
      ["--region", "us-east-1"],
      "There are no usable AWS credentials in the environment or in ~/.aws.\n  Fix: aws sso login",
    ],
    ["when a dry run has no --output", ["--dry-run"], "--dry-run needs --output DIR"],
    ["when --samples is not a number", ["--samples", "some"], '--samples "some" is not a whole number above 0.'],
  ])("%s", async (_, args, message) => {
    const { status, stdout, stderr } = await verify(args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" })
    expect(stderr).toContain(message)
    expect(stderr.trim().split("\n")).toHaveLength(2)
  })
})

const account: ScriptedResponses = {
  GetCallerIdentity: { Account: "111122223333", Arn: "arn:aws:iam::111122223333:user/me", UserId: "me" },
  CreateStack: { StackId: "stack" },
  DeleteStack: {},
}
const stackWith = (StackStatus: string, url?: string) => ({
  Stacks: [
    { StackName: "contract", StackStatus, ...(url && { Outputs: [{ OutputKey: "ContractUrl", OutputValue: url }] }) },
  ],
})
const inOrder = (...results: (Record<string, unknown> | string)[]) => {
  let next = 0
  return () => results[Math.min(next++, results.length - 1)] as Record<string, unknown> | string
}

describe("the contract stack", () => {
  test("is created from the observer template, and deleted with all that belongs to it", async () => {
    const url = "wss://abc.execute-api.eu-west-1.amazonaws.com/contract"
    const aws = await startScriptedAws({
      ...account,
      DescribeStacks: inOrder(
        stackWith("CREATE_IN_PROGRESS"),
        stackWith("CREATE_COMPLETE", url),
        stackWith("DELETE_IN_PROGRESS"),
        "ValidationError",
      ),
    })
    const stack = await deployContractStack({ access: await findAwsAccess(), log: () => {}, pollMs: 1 })
    expect(stack).toMatchObject({ url, callbackUrl: url.replace("wss", "https"), region: "eu-west-1" })
    await stack.remove()
    const [, created, , , deleted] = aws.calls
    expect(created?.input).toMatchObject({ StackName: stack.name, "Capabilities.member.1": "CAPABILITY_IAM" })
    expect(created?.input.TemplateBody).toContain("AWS::ApiGatewayV2::Api")
    // CloudFormation accepts a template of at most 51,200 bytes in the request.
    expect(created?.input.TemplateBody?.length).toBeLessThan(51_200)
    expect(deleted).toMatchObject({ operation: "DeleteStack", input: { StackName: stack.name } })
    expect(aws.calls.filter(({ operation }) => operation === "DescribeStacks")).toHaveLength(4)
  })

  test("is deleted when its creation fails, and the first failure is reported", async () => {
    const aws = await startScriptedAws({
      ...account,
      DescribeStacks: inOrder(stackWith("ROLLBACK_COMPLETE"), "ValidationError"),
      DescribeStackEvents: {
        StackEvents: [
          { LogicalResourceId: "Stage", ResourceStatus: "CREATE_FAILED", ResourceStatusReason: "Later" },
          { LogicalResourceId: "Role", ResourceStatus: "CREATE_FAILED", ResourceStatusReason: "Not allowed" },
        ],
      },
    })
    const deploying = deployContractStack({ access: await findAwsAccess(), log: () => {}, pollMs: 1 })
    await expect(deploying).rejects.toThrow("The contract stack was not created: Role: Not allowed")
    expect(aws.calls.map(({ operation }) => operation)).toContain("DeleteStack")
  })

  test("is deleted when its status cannot be read", async () => {
    const aws = await startScriptedAws({ ...account, DescribeStacks: inOrder("Throttling", "ValidationError") })
    const deploying = deployContractStack({ access: await findAwsAccess(), log: () => {}, pollMs: 1 })
    await expect(deploying).rejects.toThrow("scripted Throttling")
    expect(aws.calls.map(({ operation }) => operation)).toContain("DeleteStack")
  })

  test("is deleted when its creation is interrupted", async () => {
    const interruption = new AbortController()
    const aws = await startScriptedAws({
      ...account,
      DescribeStacks: () => {
        if (interruption.signal.aborted) return "ValidationError"
        interruption.abort(new Error("The run was interrupted."))
        return stackWith("CREATE_IN_PROGRESS")
      },
    })
    const { signal } = interruption
    const deploying = deployContractStack({ access: await findAwsAccess(), log: () => {}, pollMs: twoMinutes, signal })
    await expect(deploying).rejects.toThrow("The run was interrupted.")
    expect(aws.calls.map(({ operation }) => operation)).toContain("DeleteStack")
  })

  test("that is not deleted is reported with the command that deletes it", async () => {
    const url = "wss://abc.execute-api.eu-west-1.amazonaws.com/contract"
    await startScriptedAws({
      ...account,
      DescribeStacks: inOrder(stackWith("CREATE_COMPLETE", url), stackWith("DELETE_FAILED")),
    })
    const stack = await deployContractStack({ access: await findAwsAccess(), log: () => {}, pollMs: 1 })
    await expect(stack.remove()).rejects.toMatchObject({
      problems: [
        {
          sentence: `The stack ${stack.name} was not deleted: its status is DELETE_FAILED.`,
          fix: `aws cloudformation delete-stack --stack-name ${stack.name} --region eu-west-1`,
        },
      ],
    })
  })

  test(
    "is deleted when the run fails",
    async () => {
      const stack = stackWith("CREATE_COMPLETE", "wss://localhost:1/contract")
      const aws = await startScriptedAws({ ...account, DescribeStacks: inOrder(stack, "ValidationError") })
      const { status, stderr } = await verify(["--rows", "no-such-row"], scriptedEnvironment(aws.url))
      expect(status).toBe(1)
      expect(stderr).toContain("No contract case has a name that matches no-such-row.")
      expect(stderr).toContain("Creating the stack document-insight-contract-")
      const operations = aws.calls.map(({ operation }) => operation)
      expect(operations).toEqual([
        "GetCallerIdentity",
        "CreateStack",
        "DescribeStacks",
        "DeleteStack",
        "DescribeStacks",
      ])
    },
    twoMinutes,
  )
})

test("the report names every row that differs, with what was different", () => {
  const report = contractReport({
    target: "AWS, account 111122223333, region eu-west-1",
    startedAt: new Date("2026-11-26T10:00:00Z"),
    commit: "abc1234",
    results: [
      { row: "limit-frame", behaviour: "accepts a frame of 32 KB", status: "passed", difference: "" },
      { row: "limit-binary", behaviour: "closes with 1003", status: "failed", difference: "expected 1003\ngot 1000" },
      { row: "limit-utf8", behaviour: "closes with 1007", status: "skipped", difference: "" },
    ],
    latencies: { handshakeMs: [10, 20], pushMs: [5] },
  })
  expect(report).toContain("1 cases agree, 1 differ, 1 were not run.")
  expect(report).toContain("### limit-binary\n\ncloses with 1003\n\n    expected 1003\n    got 1000\n")
  expect(report).not.toContain("### limit-frame")
  expect(report).toContain("| 2 | 10.0 ms | 20.0 ms | 20.0 ms |")
})

test("a percentile is the value of the nearest rank", () => {
  const samples = [5, 1, 4, 2, 3]
  expect([0.2, 0.5, 0.95, 1].map((fraction) => percentile(samples, fraction))).toEqual([1, 3, 5, 5])
})
