// The checks of `npm run deploy`: each missing thing is reported in one sentence with the command that fixes it.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { describe, expect, test, vi } from "vitest"
import { type CheckResult, checkAccount } from "../../scripts/aws/account-checks.ts"
import { findAwsAccess } from "../../scripts/aws/aws-access.ts"
import { type DeploymentRequirements, readRequirements } from "../../scripts/aws/deployment-requirements.ts"
import {
  commandEnvironment,
  noConfiguredAccount,
  type ScriptedResponses,
  scriptedEnvironment,
  startScriptedAws,
} from "./scripted-aws.ts"
import { synthesized, withoutSignIn } from "./synthesized.ts"

/** An account that can take the deployment. */
const goodAccount: ScriptedResponses = {
  GetCallerIdentity: { Account: "111122223333", Arn: "arn:aws:iam::111122223333:user/me", UserId: "me" },
  GetParameter: { Parameter: { Name: "version", Value: "30" } },
  GetAccountSettings: { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 } },
  GetAccount: {
    cloudwatchRoleArn: "arn:aws:iam::111122223333:role/theirs",
    throttleSettings: { rateLimit: 10_000, burstLimit: 5_000 },
  },
  DescribeStackResources: "ValidationError",
}

const requirements: DeploymentRequirements = {
  bootstrapVersion: 6,
  bootstrapParameter: "/cdk-bootstrap/hnb659fds/version",
  reservedConcurrency: 0,
  pollerConcurrency: 5,
  processor: { maxConcurrency: 1, executionsPerDocument: 1 },
  throttle: { rate: 1000, burst: 2000 },
  writesExecutionLogs: true,
  setsAccountRole: false,
}

async function check(account: ScriptedResponses, required: Partial<DeploymentRequirements> = {}): Promise<CheckResult> {
  await startScriptedAws({ ...goodAccount, ...account })
  return checkAccount({
    access: await findAwsAccess(),
    requirements: { ...requirements, ...required },
    accountStackName: "document-insight-api-gateway-account",
    deployCommand: "npm run deploy -- --env prod",
  })
}

const lambdaQuota = (quota: number) => ({ GetAccountSettings: { AccountLimit: { ConcurrentExecutions: quota } } })
const withoutRole = { GetAccount: { throttleSettings: {} } }

test("the pages that are recognized at the same time count as executions of the queue's function", () => {
  const executions = (overrides: Record<string, string>) =>
    readRequirements(synthesized("dev", { hosting: "none", ...overrides }).outdir).pollerConcurrency
  expect(executions({ ocr: "eng", ocr_pages_at_a_time: "4", document_processor_max_concurrency: "5" })).toBe(
    executions({ document_processor_max_concurrency: "5" }) + 4 * 5,
  )
})

test("the processor's part of the executions is read with the pages that it has recognized at the same time", () => {
  const overrides = { ocr: "eng", ocr_pages_at_a_time: "4", document_processor_max_concurrency: "5" }
  const { processor } = readRequirements(synthesized("dev", { hosting: "none", ...overrides }).outdir)
  expect(processor).toEqual({ maxConcurrency: 5, executionsPerDocument: 5 })
})

test("an account that has everything has no problems", async () => {
  expect(await check({})).toEqual({ problems: [], skipped: [] })
})

test.each<[string, ScriptedResponses, Partial<DeploymentRequirements>, string, string]>([
  [
    "CDK is not bootstrapped",
    { GetParameter: "ParameterNotFound" },
    {},
    "Account 111122223333 is not bootstrapped for CDK in eu-west-1.",
    "npx cdk bootstrap aws://111122223333/eu-west-1",
  ],
  [
    "the bootstrap version is too old",
    { GetParameter: { Parameter: { Value: "5" } } },
    {},
    "The CDK bootstrap stack of account 111122223333 in eu-west-1 has version 5; version 6 is required.",
    "npx cdk bootstrap aws://111122223333/eu-west-1",
  ],
  [
    "a new account cannot reserve concurrency",
    lambdaQuota(10),
    { reservedConcurrency: 2 },
    "The functions reserve 2 concurrent executions, but of this account's 10 Lambda keeps 100 unreserved.",
    "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384",
  ],
  [
    "the queues could use the whole quota",
    lambdaQuota(10),
    { pollerConcurrency: 20, processor: { maxConcurrency: 14, executionsPerDocument: 1 } },
    "The functions that consume the queues may use 20 of this account's 10 unreserved concurrent executions, which would leave none for the APIs.",
    "npm run deploy -- --env prod -c document_processor_max_concurrency=3",
  ],
  [
    "the queues could use the whole quota with two documents at a time too",
    lambdaQuota(10),
    { pollerConcurrency: 15, processor: { maxConcurrency: 3, executionsPerDocument: 3 } },
    "The functions that consume the queues may use 15 of this account's 10 unreserved concurrent executions, which would leave none for the APIs.",
    "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384",
  ],
  [
    "a throttle is above the account's",
    {
      GetAccount: {
        cloudwatchRoleArn: "arn:aws:iam::1:role/r",
        throttleSettings: { rateLimit: 500, burstLimit: 5000 },
      },
    },
    {},
    "The throttle rate of a stage is 1000 requests per second, more than this account's 500.",
    "npm run deploy -- --env prod -c api_throttle_rate=500",
  ],
  [
    "execution logs need the account's role and there is none",
    withoutRole,
    {},
    "API Gateway has no CloudWatch role in account 111122223333 in eu-west-1, and rejects a stage with execution logs without one.",
    "npm run deploy -- --env prod -c manage_api_gateway_account=true   (once per account and region)",
  ],
  [
    "the deployment would replace the role of others",
    {},
    { setsAccountRole: true },
    "API Gateway already writes its logs with arn:aws:iam::111122223333:role/theirs, which this deployment would replace for every API of the account.",
    "npm run deploy -- --env prod -c manage_api_gateway_account=false",
  ],
])("%s: reported with the command that fixes it", async (_, account, required, sentence, fix) => {
  const { problems } = await check(account, required)
  expect(problems).toEqual([{ sentence, fix: expect.stringContaining(fix) }])
})

test("several problems are reported together", async () => {
  const { problems } = await check({ ...withoutRole, ...lambdaQuota(5), GetParameter: "ParameterNotFound" })
  expect(problems).toHaveLength(3)
})

describe("the account's CloudWatch role may be set", () => {
  test("when there is none", async () => {
    expect((await check(withoutRole, { setsAccountRole: true })).problems).toEqual([])
  })

  test("when it is the role that this project's stack has set", async () => {
    const own = { ResourceType: "AWS::IAM::Role", PhysicalResourceId: "theirs" }
    const result = await check({ DescribeStackResources: { StackResources: [own] } }, { setsAccountRole: true })
    expect(result.problems).toEqual([])
  })

  test("when there are no execution logs, also without a role", async () => {
    expect((await check(withoutRole, { writesExecutionLogs: false })).problems).toEqual([])
  })
})

test("what the credentials do not allow is named as not checked, because CDK deploys with roles of its own", async () => {
  const { problems, skipped } = await check({ GetAccountSettings: "AccessDeniedException" })
  expect(problems).toEqual([])
  expect(skipped).toEqual(["the Lambda quota (scripted AccessDeniedException)"])
})

test("an unexpected error of AWS is reported with its name", async () => {
  await expect(check({ GetParameter: "InternalServerError" })).rejects.toThrow(
    "AWS could not report the CDK bootstrap version (InternalServerError): scripted InternalServerError.",
  )
})

test("rejected credentials are reported with AWS's reason", async () => {
  await startScriptedAws({ GetCallerIdentity: "ExpiredToken" })
  await expect(findAwsAccess()).rejects.toThrow("AWS rejects the credentials (ExpiredToken): scripted ExpiredToken.")
})

test("the region comes from the command line, AWS_REGION or AWS_DEFAULT_REGION, in this order", async () => {
  await startScriptedAws(goodAccount)
  vi.stubEnv("AWS_DEFAULT_REGION", "ap-south-1")
  expect(await findAwsAccess({ region: "us-west-2" })).toMatchObject({ region: "us-west-2" })
  expect(await findAwsAccess()).toMatchObject({ accountId: "111122223333", region: "eu-west-1" })
  vi.stubEnv("AWS_REGION", undefined)
  expect(await findAwsAccess()).toMatchObject({ region: "ap-south-1" })
})

describe("npm run deploy", () => {
  const file = join(import.meta.dirname, "..", "..", "scripts", "cdk.ts")
  const deploy = (environment: Record<string, string>) => {
    const env = { ...commandEnvironment, ...noConfiguredAccount, ...environment }
    const { status, stderr, stdout } = spawnSync(process.execPath, [file, "deploy"], { encoding: "utf8", env })
    return { status, output: stdout + stderr }
  }

  test("without credentials ends at once with one sentence and the command that fixes it", () => {
    expect(deploy({ AWS_REGION: "us-east-1" })).toEqual({
      status: 1,
      output:
        "There are no usable AWS credentials in the environment or in ~/.aws.\n" +
        "  Fix: aws sso login   (or `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)\n",
    })
  })

  test("without a region ends at once with one sentence and the command that fixes it", () => {
    const { AWS_REGION: _, ...environment } = scriptedEnvironment("http://127.0.0.1:1")
    expect(deploy(environment)).toEqual({
      status: 1,
      output:
        "No AWS region is set in AWS_REGION or in the profile.\n" +
        "  Fix: export AWS_REGION=us-east-1   (or the region you want)\n",
    })
  })

  test("without a network ends at once with one sentence", () => {
    const { status, output } = deploy(scriptedEnvironment("http://127.0.0.1:1"))
    expect(status).toBe(1)
    expect(output).toMatch(/^AWS cannot be reached: .*ECONNREFUSED.*\.\n {2}Fix: .*\n$/)
  })
})

test("the requirements of a deployment are read from its assembly", () => {
  const { outdir } = synthesized("dev", {
    hosting: "none",
    api_throttle_rate: "70",
    api_throttle_burst: "90",
    document_processor_max_concurrency: "7",
  })
  expect(readRequirements(outdir)).toMatchObject({
    bootstrapVersion: 6,
    bootstrapParameter: "/cdk-bootstrap/hnb659fds/version",
    // The document processor, two for each of the watchdog's queues, and two for the notifier's.
    pollerConcurrency: 7 + 2 + 2 + 2,
    throttle: { rate: 100, burst: 200 },
    writesExecutionLogs: true,
    setsAccountRole: true,
  })
  const prod = synthesized("prod", { hosting: "none", execution_log_level: "OFF", ...withoutSignIn })
  expect(readRequirements(prod.outdir)).toMatchObject({ writesExecutionLogs: false, setsAccountRole: false })
})
