// Checks that an account can take a deployment: CDK bootstrap version, Lambda and API Gateway quotas, CloudWatch role.
import { APIGatewayClient, GetAccountCommand } from "@aws-sdk/client-api-gateway"
import { CloudFormationClient, DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation"
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda"
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm"
import { type AwsAccess, AwsAccessError, firstLine, type Problem } from "./aws-access.ts"
import type { DeploymentRequirements } from "./deployment-requirements.ts"

export type CheckOptions = {
  access: AwsAccess
  requirements: DeploymentRequirements
  /** The stack that sets the account's CloudWatch role, whose own role may be replaced. */
  accountStackName: string
  /** `npm run deploy -- --env NAME`, to which a fix appends a setting. */
  deployCommand: string
}

export type CheckResult = {
  problems: Problem[]
  /** Checks that the credentials do not allow. CDK deploys with roles of its own, so these are not problems. */
  skipped: string[]
}

// Accounts with a smaller quota cannot reserve any.
// AWS: 100 concurrent executions of the account's quota cannot be reserved (system-unreserved-concurrency)
const unreservedMinimum = 100
// AWS: an event source mapping accepts no less (system-source-concurrency)
const leastConcurrency = 2

export async function checkAccount(options: CheckOptions): Promise<CheckResult> {
  const results = await Promise.all([
    check("the CDK bootstrap version", () => checkBootstrap(options)),
    check("the Lambda quota", () => checkLambdaQuota(options)),
    check("the API Gateway settings of the account", () => checkApiGateway(options)),
  ])
  return {
    problems: results.flatMap(({ problems }) => problems),
    skipped: results.flatMap(({ skipped }) => skipped),
  }
}

async function check(name: string, run: () => Promise<Problem[]>): Promise<CheckResult> {
  try {
    return { problems: await run(), skipped: [] }
  } catch (error) {
    const { name: errorName, message } = error as Error
    if (/AccessDenied|NotAuthorized|Unauthorized/.test(errorName)) {
      return { problems: [], skipped: [`${name} (${firstLine(message)})`] }
    }
    const sentence = `AWS could not report ${name} (${errorName}): ${firstLine(message)}.`
    throw new AwsAccessError([{ sentence, fix: "run the command again" }], { cause: error })
  }
}

async function checkBootstrap({ access, requirements }: CheckOptions): Promise<Problem[]> {
  const { accountId, region } = access
  const { bootstrapVersion, bootstrapParameter } = requirements
  const fix = `npx cdk bootstrap aws://${accountId}/${region}`
  const ssm = new SSMClient(access)
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: bootstrapParameter }))
    const version = Number(Parameter?.Value)
    if (version >= bootstrapVersion) return []
    const sentence = `The CDK bootstrap stack of account ${accountId} in ${region} has version ${version}; version ${bootstrapVersion} is required.`
    return [{ sentence, fix }]
  } catch (error) {
    if ((error as Error).name !== "ParameterNotFound") throw error
    return [{ sentence: `Account ${accountId} is not bootstrapped for CDK in ${region}.`, fix }]
  } finally {
    ssm.destroy()
  }
}

async function checkLambdaQuota({ access, requirements, deployCommand }: CheckOptions): Promise<Problem[]> {
  const { reservedConcurrency, pollerConcurrency } = requirements
  const lambda = new LambdaClient(access)
  try {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand())
    const quota = AccountLimit?.ConcurrentExecutions ?? 0
    const raise = `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region ${access.region}`
    if (reservedConcurrency > 0 && quota - reservedConcurrency < unreservedMinimum) {
      const sentence = `The functions reserve ${reservedConcurrency} concurrent executions, but of this account's ${quota} Lambda keeps ${unreservedMinimum} unreserved.`
      return [{ sentence, fix: `${raise}   (or deploy without reserved concurrency)` }]
    }
    if (pollerConcurrency >= quota - reservedConcurrency) {
      const sentence = `The functions that consume the queues may use ${pollerConcurrency} of this account's ${quota - reservedConcurrency} unreserved concurrent executions, which would leave none for the APIs.`
      const largest = largestConcurrency(requirements, quota - reservedConcurrency)
      if (largest < leastConcurrency) return [{ sentence, fix: raise }]
      const smaller = `${deployCommand} -c document_processor_max_concurrency=${largest}`
      return [{ sentence, fix: `${smaller}   (or raise the quota: ${raise})` }]
    }
    return []
  } finally {
    lambda.destroy()
  }
}

/** The documents at a time that leave one execution for the APIs. */
function largestConcurrency({ pollerConcurrency, processor }: DeploymentRequirements, available: number): number {
  const { maxConcurrency, executionsPerDocument } = processor
  const others = pollerConcurrency - maxConcurrency * executionsPerDocument
  return Math.floor((available - 1 - others) / executionsPerDocument)
}

async function checkApiGateway(options: CheckOptions): Promise<Problem[]> {
  const client = new APIGatewayClient(options.access)
  try {
    const { cloudwatchRoleArn, throttleSettings } = await client.send(new GetAccountCommand())
    return [
      ...throttleProblems(options, throttleSettings ?? {}),
      ...(await accountRoleProblems(options, cloudwatchRoleArn || undefined)),
    ]
  } finally {
    client.destroy()
  }
}

type ThrottleSettings = { rateLimit?: number | undefined; burstLimit?: number | undefined }

function throttleProblems({ requirements, deployCommand }: CheckOptions, account: ThrottleSettings): Problem[] {
  const compared = [
    ["rate", requirements.throttle.rate, account.rateLimit, "requests per second"],
    ["burst", requirements.throttle.burst, account.burstLimit, "requests"],
  ] as const
  return compared.flatMap(([name, wanted, quota, unit]) => {
    if (quota === undefined || wanted <= quota) return []
    const sentence = `The throttle ${name} of a stage is ${wanted} ${unit}, more than this account's ${quota}.`
    return [{ sentence, fix: `${deployCommand} -c api_throttle_${name}=${quota}` }]
  })
}

async function accountRoleProblems(options: CheckOptions, current: string | undefined): Promise<Problem[]> {
  const { requirements, access, deployCommand } = options
  if (!requirements.setsAccountRole) {
    if (current !== undefined || !requirements.writesExecutionLogs) return []
    const sentence = `API Gateway has no CloudWatch role in account ${access.accountId} in ${access.region}, and rejects a stage with execution logs without one.`
    return [{ sentence, fix: `${deployCommand} -c manage_api_gateway_account=true   (once per account and region)` }]
  }
  if (current === undefined || current.endsWith(`/${await ownRoleName(options)}`)) return []
  const sentence = `API Gateway already writes its logs with ${current}, which this deployment would replace for every API of the account.`
  return [{ sentence, fix: `${deployCommand} -c manage_api_gateway_account=false` }]
}

/** The name of the role that this project's stack has set, if the stack is deployed. */
async function ownRoleName({ access, accountStackName }: CheckOptions): Promise<string | undefined> {
  const cloudFormation = new CloudFormationClient(access)
  try {
    const command = new DescribeStackResourcesCommand({ StackName: accountStackName })
    const { StackResources = [] } = await cloudFormation.send(command)
    return StackResources.find(({ ResourceType }) => ResourceType === "AWS::IAM::Role")?.PhysicalResourceId
  } catch (error) {
    // CloudFormation reports a stack that does not exist with this error.
    if ((error as Error).name === "ValidationError") return undefined
    throw error
  } finally {
    cloudFormation.destroy()
  }
}
