// Deploys the observer template of the contract tests to AWS, or serves it locally for a dry run, and removes it.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation"
import { startGateway } from "@document-insight/gateway"
import { type AwsAccess, AwsAccessError, type Credentials } from "./aws-access.ts"

const templateFile = join(import.meta.dirname, "..", "..", "tests", "contract", "observer.template.yaml")

export type ContractStack = {
  name: string
  /** The WebSocket URL of the observer's stage. */
  url: string
  /** The management endpoint of the stage. */
  callbackUrl: string
  region: string
  credentials: Credentials
  /** @throws Error when the stack is not deleted; it names the stack. */
  remove(): Promise<void>
}

export type DeployOptions = {
  access: AwsAccess
  log: (line: string) => void
  /** Between two requests for the stack's status. */
  pollMs?: number
  /** Interrupts the creation: the stack is deleted. */
  signal?: AbortSignal
}

/** @throws Error when the stack is not created. What was created of it is deleted then. */
export async function deployContractStack(options: DeployOptions): Promise<ContractStack> {
  const { access, log, pollMs = 5_000, signal } = options
  const { region, credentials } = access
  const client = new CloudFormationClient(access)
  const name = `document-insight-contract-${Date.now()}`
  async function remove(): Promise<void> {
    log(`Deleting the stack ${name}.`)
    try {
      await client.send(new DeleteStackCommand({ StackName: name }))
      const { StackStatus = "" } = (await untilSettled(client, name, { pollMs })) ?? { StackStatus: "DELETE_COMPLETE" }
      if (StackStatus !== "DELETE_COMPLETE") throw new Error(`its status is ${StackStatus}`)
    } catch (error) {
      const command = `aws cloudformation delete-stack --stack-name ${name} --region ${region}`
      const sentence = `The stack ${name} was not deleted: ${(error as Error).message}.`
      throw new AwsAccessError([{ sentence, fix: command }], { cause: error })
    } finally {
      client.destroy()
    }
  }

  log(`Creating the stack ${name} in ${region}.`)
  await client
    .send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: readFileSync(templateFile, "utf8"),
        Capabilities: ["CAPABILITY_IAM"],
        Tags: [{ Key: "project", Value: "document-insight" }],
      }),
    )
    .catch((error: Error) => {
      client.destroy()
      const sentence = `The contract stack cannot be created (${error.name}): ${error.message}.`
      throw new AwsAccessError([{ sentence, fix: "use credentials that may create this stack" }], { cause: error })
    })
  try {
    const url = await createdUrl(client, name, { pollMs, signal })
    return { name, url, callbackUrl: url.replace(/^ws/, "http"), region, credentials, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

type Polling = { pollMs: number; signal?: AbortSignal | undefined }

async function createdUrl(client: CloudFormationClient, name: string, polling: Polling): Promise<string> {
  const stack = await untilSettled(client, name, polling)
  const url = stack?.Outputs?.find(({ OutputKey }) => OutputKey === "ContractUrl")?.OutputValue
  if (stack?.StackStatus === "CREATE_COMPLETE" && url !== undefined) return url
  const sentence = `The contract stack was not created: ${await firstFailure(client, name)}`
  throw new AwsAccessError([{ sentence, fix: "run the command again when this is resolved" }])
}

/** For a dry run: the same template, served by the gateway of this repository. */
export async function serveContractStack(): Promise<ContractStack> {
  const gateway = await startGateway({ source: templateFile })
  const url = gateway.outputs().ContractUrl ?? ""
  return {
    name: "local gateway",
    url,
    callbackUrl: url.replace(/^ws/, "http"),
    region: "us-east-1",
    credentials: gateway.credentials,
    remove: () => gateway.close(),
  }
}

/** The stack once no operation is in progress; undefined once it is gone. */
async function untilSettled(
  client: CloudFormationClient,
  name: string,
  { pollMs, signal }: Polling,
): Promise<Stack | undefined> {
  for (;;) {
    signal?.throwIfAborted()
    const stack = await describeStack(client, name)
    if (!stack?.StackStatus?.endsWith("_IN_PROGRESS")) return stack
    await sleep(pollMs, undefined, signal && { signal }).catch(() => {})
  }
}

async function describeStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }))
    return Stacks[0]
  } catch (error) {
    // CloudFormation reports a stack that does not exist with this error.
    if ((error as Error).name === "ValidationError") return undefined
    throw error
  }
}

async function firstFailure(client: CloudFormationClient, name: string): Promise<string> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }))
  const failure = StackEvents.findLast(({ ResourceStatus }) => ResourceStatus?.endsWith("_FAILED"))
  return failure ? `${failure.LogicalResourceId}: ${failure.ResourceStatusReason}` : "CloudFormation gives no reason."
}
