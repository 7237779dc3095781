// Finds the AWS credentials and the region that a command uses, and the account they belong to.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts"

export type Problem = {
  /** What is missing, in one sentence. */
  sentence: string
  /** The command that fixes it. */
  fix: string
}

/** Thrown when a command cannot use AWS, with everything that is missing. */
export class AwsAccessError extends Error {
  override name = "AwsAccessError"
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[], options?: ErrorOptions) {
    super(problems.map(({ sentence }) => sentence).join("\n"), options)
    this.problems = problems
  }
}

/** Prints what is missing, each with the command that fixes it, and sets the exit code to 1. */
export function reportProblems({ problems }: AwsAccessError): void {
  for (const { sentence, fix } of problems) process.stderr.write(`${sentence}\n  Fix: ${fix}\n`)
  process.exitCode = 1
}

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

export type AwsAccess = { accountId: string; region: string; credentials: Credentials }

/** The region and the profile of the command line; the environment and `~/.aws/config` otherwise. */
export type AccessOptions = { region?: string | undefined; profile?: string | undefined }

const signIn = "aws sso login   (or `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)"

/** @throws AwsAccessError when there are no credentials, they are rejected, or no region is set. */
export async function findAwsAccess({ region, profile }: AccessOptions = {}): Promise<AwsAccess> {
  // The SDK reads AWS_REGION only; the AWS CLI and the CDK CLI also read AWS_DEFAULT_REGION.
  const chosenRegion = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION
  const client = new STSClient({
    ...(chosenRegion !== undefined && { region: chosenRegion }),
    ...(profile !== undefined && { profile }),
  })
  try {
    const credentials = await resolveCredentials(client)
    const resolvedRegion = await resolveRegion(client)
    const { Account: accountId = "" } = await client.send(new GetCallerIdentityCommand()).catch(rejectCredentials)
    return { accountId, region: resolvedRegion, credentials }
  } finally {
    client.destroy()
  }
}

async function resolveCredentials(client: STSClient): Promise<Credentials> {
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials()
    return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
  } catch (error) {
    // The provider chain's own message names the cause only when one provider applied and failed (an expired SSO session).
    const { message } = error as Error
    const reason = message.startsWith("Could not load credentials from any providers") ? "" : `: ${firstLine(message)}`
    const sentence = `There are no usable AWS credentials${reason || " in the environment or in ~/.aws"}.`
    throw new AwsAccessError([{ sentence, fix: signIn }], { cause: error })
  }
}

async function resolveRegion(client: STSClient): Promise<string> {
  try {
    return await client.config.region()
  } catch (error) {
    const sentence = "No AWS region is set in AWS_REGION or in the profile."
    const fix = "export AWS_REGION=us-east-1   (or the region you want)"
    throw new AwsAccessError([{ sentence, fix }], { cause: error })
  }
}

function rejectCredentials(error: Error): never {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  if (status === undefined) {
    const sentence = `AWS cannot be reached: ${firstLine(error.message || String(error.cause ?? error.name))}.`
    throw new AwsAccessError([{ sentence, fix: "aws sts get-caller-identity   (shows the same error)" }], {
      cause: error,
    })
  }
  const sentence = `AWS rejects the credentials (${error.name}): ${firstLine(error.message)}.`
  throw new AwsAccessError([{ sentence, fix: signIn }], { cause: error })
}

export function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/\.$/, "")
}
