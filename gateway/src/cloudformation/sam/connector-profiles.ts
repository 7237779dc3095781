// The profiles of SAM connectors: the policy or permission that each pair of source and destination generates.
// AWS: SAM publishes these profiles as data with its source (template-sam-connectors)

export type Access = "Read" | "Write"

/** `{Name}` in a resource is a variable of `Fn::Sub`: a pseudo parameter, or a value of the source or the destination. */
export type ConnectorStatement = { actions: string[]; resources: string[] }

export type ConnectorProfile =
  | {
      form: "role policy"
      /** Whose role gets the policy. */
      roleOf: "source" | "destination"
      statements: Partial<Record<Access, ConnectorStatement[]>>
      /** The combinations of permissions that SAM accepts. Absent: all of them. */
      combinations?: Access[][]
    }
  | { form: "function permission"; principal: string; sourceArn: string; sourceAccount?: string }
  | { form: "queue policy" | "topic policy"; principal: string; action: string }

const onDestination = ["{DestinationArn}"]
const onTable = ["{DestinationArn}", "{DestinationArn}/index/*"]
const onBucket = ["{DestinationArn}", "{DestinationArn}/*"]
const onExecutions = [arnOf("states", "execution:{DestinationName}:*")]
const onExecutionRule = [arnOf("events", "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule")]
const executeApi = arnOf("execute-api", "{SourceResourceId}/{SourceQualifier}")

const table = sourceRole({
  Read: [allow(onTable, "dynamodb", "GetItem Query Scan BatchGetItem ConditionCheckItem PartiQLSelect")],
  Write: [
    allow(
      onTable,
      "dynamodb",
      "PutItem UpdateItem DeleteItem BatchWriteItem PartiQLDelete PartiQLInsert PartiQLUpdate",
    ),
  ],
})

const bucket = sourceRole({
  Read: [
    allow(
      onBucket,
      "s3",
      `
      GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTorrent GetObjectVersion
      GetObjectVersionAcl GetObjectVersionForReplication GetObjectVersionTorrent ListBucket
      ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts`,
    ),
  ],
  Write: [
    allow(
      onBucket,
      "s3",
      `
      AbortMultipartUpload DeleteObject DeleteObjectVersion PutObject PutObjectLegalHold PutObjectRetention
      RestoreObject`,
    ),
  ],
})

const invoke = sourceRole({ Write: [allow(onDestination, "lambda", "InvokeAsync InvokeFunction")] })
const publish = sourceRole({ Write: [allow(onDestination, "sns", "Publish")] })
const putEvents = sourceRole({ Write: [allow(onDestination, "events", "PutEvents")] })
const invokedByApi: ConnectorProfile = invokedBy("apigateway.amazonaws.com", executeApi)

const profiles: ReadonlyMap<string, ConnectorProfile> = new Map<string, ConnectorProfile>([
  ["AWS::Lambda::Function AWS::DynamoDB::Table", table],
  ["AWS::Lambda::Function AWS::S3::Bucket", bucket],
  [
    "AWS::Lambda::Function AWS::SQS::Queue",
    sourceRole({
      Read: [allow(onDestination, "sqs", "ReceiveMessage GetQueueAttributes")],
      Write: [allow(onDestination, "sqs", "DeleteMessage SendMessage ChangeMessageVisibility PurgeQueue")],
    }),
  ],
  ["AWS::Lambda::Function AWS::SNS::Topic", publish],
  ["AWS::Lambda::Function AWS::Lambda::Function", invoke],
  ["AWS::Lambda::Function AWS::Events::EventBus", putEvents],
  [
    "AWS::Lambda::Function AWS::StepFunctions::StateMachine",
    sourceRole({
      Read: [
        allow(onDestination, "states", "DescribeStateMachine ListExecutions"),
        allow(onExecutions, "states", "DescribeExecution DescribeStateMachineForExecution GetExecutionHistory"),
      ],
      Write: [
        allow(onDestination, "states", "StartExecution StartSyncExecution"),
        allow(onExecutions, "states", "StopExecution"),
      ],
    }),
  ],
  ["AWS::StepFunctions::StateMachine AWS::DynamoDB::Table", table],
  ["AWS::StepFunctions::StateMachine AWS::S3::Bucket", bucket],
  [
    "AWS::StepFunctions::StateMachine AWS::SQS::Queue",
    sourceRole({ Write: [allow(onDestination, "sqs", "SendMessage")] }),
  ],
  ["AWS::StepFunctions::StateMachine AWS::SNS::Topic", publish],
  ["AWS::StepFunctions::StateMachine AWS::Lambda::Function", invoke],
  ["AWS::StepFunctions::StateMachine AWS::Events::EventBus", putEvents],
  [
    "AWS::StepFunctions::StateMachine AWS::StepFunctions::StateMachine",
    {
      ...sourceRole({
        Read: [allow(onExecutions, "states", "DescribeExecution"), allow(onExecutionRule, "events", "DescribeRule")],
        Write: [
          allow(onDestination, "states", "StartExecution"),
          allow(onExecutions, "states", "StopExecution"),
          allow(onExecutionRule, "events", "PutTargets PutRule"),
        ],
      }),
      combinations: [["Read"], ["Read", "Write"]],
    },
  ],
  ["AWS::Events::Rule AWS::Events::EventBus", putEvents],
  [
    "AWS::Events::Rule AWS::StepFunctions::StateMachine",
    sourceRole({ Write: [allow(onDestination, "states", "StartExecution")] }),
  ],
  ["AWS::Events::Rule AWS::Lambda::Function", invokedBy("events.amazonaws.com", "{SourceArn}")],
  ["AWS::Events::Rule AWS::SQS::Queue", resourcePolicy("queue policy", "events.amazonaws.com", "sqs:SendMessage")],
  ["AWS::Events::Rule AWS::SNS::Topic", resourcePolicy("topic policy", "events.amazonaws.com", "sns:Publish")],
  ["AWS::SNS::Topic AWS::SQS::Queue", resourcePolicy("queue policy", "sns.amazonaws.com", "sqs:SendMessage")],
  ["AWS::SNS::Topic AWS::Lambda::Function", invokedBy("sns.amazonaws.com", "{SourceArn}")],
  [
    "AWS::S3::Bucket AWS::Lambda::Function",
    invokedBy("s3.amazonaws.com", "{SourceArn}", { sourceAccount: "{AWS::AccountId}" }),
  ],
  ["AWS::ApiGatewayV2::Api AWS::Lambda::Function", invokedByApi],
  ["AWS::ApiGateway::RestApi AWS::Lambda::Function", invokedByApi],
  [
    "AWS::DynamoDB::Table AWS::Lambda::Function",
    {
      form: "role policy",
      roleOf: "destination",
      statements: {
        Read: [allow(["{SourceArn}/stream/*"], "dynamodb", "DescribeStream GetRecords GetShardIterator ListStreams")],
      },
    },
  ],
  [
    "AWS::SQS::Queue AWS::Lambda::Function",
    {
      form: "role policy",
      roleOf: "destination",
      statements: {
        Read: [allow(["{SourceArn}"], "sqs", "ReceiveMessage GetQueueAttributes")],
        Write: [allow(["{SourceArn}"], "sqs", "DeleteMessage")],
      },
      combinations: [["Read", "Write"]],
    },
  ],
])

/** The profile for two types of CloudFormation, or `undefined` when the pair is not known. */
export function connectorProfile(sourceType: string, destinationType: string): ConnectorProfile | undefined {
  return profiles.get(`${sourceType} ${destinationType}`)
}

/** The combinations of permissions that SAM accepts for the profile. */
export function validPermissions(profile: ConnectorProfile): Access[][] {
  if (profile.form !== "role policy") return [["Write"]]
  if (profile.combinations) return profile.combinations
  const { Read, Write } = profile.statements
  if (Read && Write) return [["Read"], ["Write"], ["Read", "Write"]]
  return [[Read ? "Read" : "Write"]]
}

/** @param actions of the service, separated by white space. */
function allow(resources: string[], service: string, actions: string): ConnectorStatement {
  const names = actions.trim().split(/\s+/)
  return { actions: names.map((name) => `${service}:${name}`), resources }
}

/** An ARN in the region and account of the stack. */
function arnOf(service: string, path: string): string {
  return `arn:{AWS::Partition}:${service}:{AWS::Region}:{AWS::AccountId}:${path}`
}

function sourceRole(statements: Partial<Record<Access, ConnectorStatement[]>>) {
  return { form: "role policy", roleOf: "source", statements } as const
}

function invokedBy(principal: string, sourceArn: string, account: { sourceAccount?: string } = {}) {
  return { form: "function permission", principal, sourceArn, ...account } as const
}

function resourcePolicy(form: "queue policy" | "topic policy", principal: string, action: string) {
  return { form, principal, action } as const
}
