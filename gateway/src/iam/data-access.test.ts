// Calls to DynamoDB, S3 and SQS by the role of a function: each decision is expected by hand from the rules of IAM.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { runs } from "../../../tests/testing/runs.ts"
import { readDefinition } from "../cloudformation/read-definition.ts"
import { stackOf } from "../cloudformation/testing/stack-of.ts"
import type { DataService, RequestContext } from "../definition/permission.ts"
import { createAccess } from "./access.ts"
import { administratorOf } from "./credentials.ts"
import type { AccessMode, Denial } from "./denial.ts"

const account = "123456789012"
const trust = {
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
}
const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/documents`
const queueArn = `arn:aws:sqs:us-east-1:${account}:uploads`

type Statement = Record<string, unknown>
type Options = {
  statements?: Statement[]
  managed?: string[]
  bucketPolicy?: Statement[]
  queuePolicy?: Statement[]
  tablePolicy?: Statement[]
  mode?: AccessMode
  constructs?: boolean
  resources?: Record<string, unknown>
}

function deploy(options: Options = {}) {
  const { statements = [], managed = [], bucketPolicy, queuePolicy, tablePolicy, mode = "enforce" } = options
  const document = (Statement: Statement[]) => ({ Version: "2012-10-17", Statement })
  const path = (name: string) => (options.constructs ? { Metadata: { "aws:cdk:path": `stack/${name}/Resource` } } : {})
  const Resources = {
    Documents: {
      Type: "AWS::DynamoDB::Table",
      ...path("DocumentsTable"),
      Properties: {
        TableName: "documents",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        ...(tablePolicy && { ResourcePolicy: { PolicyDocument: document(tablePolicy) } }),
      },
    },
    Bucket: { Type: "AWS::S3::Bucket", ...path("UploadBucket"), Properties: { BucketName: "bucket" } },
    Queue: { Type: "AWS::SQS::Queue", ...path("UploadQueue"), Properties: { QueueName: "uploads" } },
    ...(bucketPolicy && {
      BucketPolicy: {
        Type: "AWS::S3::BucketPolicy",
        Properties: { Bucket: { Ref: "Bucket" }, PolicyDocument: document(bucketPolicy) },
      },
    }),
    ...(queuePolicy && {
      QueuePolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: { Queues: [{ Ref: "Queue" }], PolicyDocument: document(queuePolicy) },
      },
    }),
    Role: {
      Type: "AWS::IAM::Role",
      ...path("Handler/ServiceRole"),
      Properties: {
        RoleName: "handler-role",
        AssumeRolePolicyDocument: trust,
        ManagedPolicyArns: managed,
        ...(statements.length > 0 && { Policies: [{ PolicyName: "inline", PolicyDocument: document(statements) }] }),
      },
    },
    Handler: {
      Type: "AWS::Lambda::Function",
      ...path("Handler"),
      Properties: {
        FunctionName: "handler",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: "x" },
      },
    },
    ...options.resources,
  }
  const definition = readDefinition([stackOf({ Resources }, { accountId: account })])
  const denials: Denial[] = []
  const access = createAccess(definition, { mode, onDenied: (denial) => denials.push(denial) })
  const role = {
    arn: `arn:aws:sts::${account}:assumed-role/handler-role/handler`,
    roleArn: `arn:aws:iam::${account}:role/handler-role`,
    accountId: account,
    administrator: false as const,
  }
  const may = (needed: string, context?: RequestContext) => access.mayCall(role, ...parse(needed, context))
  const allows = (needed: string, context?: RequestContext) => may(needed, context).allowed
  return { access, definition, denials, role, may, allows }
}

/** `dynamodb:GetItem table/documents` */
function parse(needed: string, context?: RequestContext) {
  const [action = "", resource = ""] = needed.split(/ (.*)/)
  return [action.split(":")[0] as DataService, { action, resource, ...(context && { context }) }] as const
}

const allow = (Action: string | string[], Resource: unknown, Condition?: object): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition && { Condition }),
})
const deny = (Action: string | string[], Resource: unknown, Condition?: object): Statement => ({
  ...allow(Action, Resource, Condition),
  Effect: "Deny",
})
const to = (Principal: unknown, statement: Statement): Statement => ({ ...statement, Principal })
const self = { AWS: { "Fn::GetAtt": ["Role", "Arn"] } }
const objects = "arn:aws:s3:::bucket/*"
const policyOf = (name: string) => [`arn:aws:iam::aws:policy/${name}`]

describe("the policies of a role decide that", () => {
  test.each<[what: string, options: Options, needed: string, allowed: boolean, context?: RequestContext]>([
    ["nothing is allowed without a policy", {}, "dynamodb:GetItem table/documents", false],
    [
      "a table is allowed",
      { statements: [allow("dynamodb:GetItem", tableArn)] },
      "dynamodb:GetItem table/documents",
      true,
    ],
    [
      "an action that is not listed is not",
      { statements: [allow("dynamodb:GetItem", tableArn)] },
      "dynamodb:PutItem table/documents",
      false,
    ],
    [
      "an action is allowed by a wildcard in any case",
      { statements: [allow("DynamoDB:*item", tableArn)] },
      "dynamodb:PutItem table/documents",
      true,
    ],
    [
      "another table is not",
      { statements: [allow("dynamodb:*", tableArn)] },
      "dynamodb:GetItem table/documents2",
      false,
    ],
    [
      "the index of an allowed table is not",
      { statements: [allow("dynamodb:Query", tableArn)] },
      "dynamodb:Query table/documents/index/i",
      false,
    ],
    [
      "the indexes of a table are allowed by a wildcard",
      { statements: [allow("dynamodb:Query", `${tableArn}/index/*`)] },
      "dynamodb:Query table/documents/index/i",
      true,
    ],
    [
      "a table of another region is not",
      { statements: [allow("dynamodb:GetItem", tableArn.replace("us-east-1", "eu-west-1"))] },
      "dynamodb:GetItem table/documents",
      false,
    ],
    [
      "an action without a resource needs a star",
      { statements: [allow("sqs:ListQueues", queueArn.replace("uploads", "*"))] },
      "sqs:ListQueues *",
      false,
    ],
    ["a star covers all resources", { statements: [allow("sqs:ListQueues", "*")] }, "sqs:ListQueues *", true],
    [
      "buckets are listed by a star after the service",
      { statements: [allow("s3:ListAllMyBuckets", "arn:aws:s3:::*")] },
      "s3:ListAllMyBuckets *",
      true,
    ],
    [
      "a customer managed key needs no permission here",
      {
        statements: [allow("s3:GetObject", "arn:aws:s3:::encrypted/*")],
        resources: {
          Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: {} } },
          Encrypted: {
            Type: "AWS::S3::Bucket",
            Properties: {
              BucketName: "encrypted",
              BucketEncryption: {
                ServerSideEncryptionConfiguration: [
                  {
                    ServerSideEncryptionByDefault: {
                      SSEAlgorithm: "aws:kms",
                      KMSMasterKeyID: { "Fn::GetAtt": ["Key", "Arn"] },
                    },
                  },
                ],
              },
            },
          },
        },
      },
      "s3:GetObject encrypted/a",
      true,
    ],
    ["objects are allowed", { statements: [allow("s3:GetObject", objects)] }, "s3:GetObject bucket/a/b.pdf", true],
    [
      "a grant for objects is none for the bucket",
      { statements: [allow("s3:*", objects)] },
      "s3:ListBucket bucket",
      false,
    ],
    [
      "a grant for the bucket is none for objects",
      { statements: [allow("s3:*", "arn:aws:s3:::bucket")] },
      "s3:GetObject bucket/a",
      false,
    ],
    [
      "a prefix limits keys",
      { statements: [allow("s3:PutObject", "arn:aws:s3:::bucket/in/*")] },
      "s3:PutObject bucket/out/a",
      false,
    ],
    [
      "reading does not allow reading versions",
      { statements: [allow("s3:GetObject", objects)] },
      "s3:GetObjectVersion bucket/a",
      false,
    ],
    ["a queue is allowed", { statements: [allow("sqs:SendMessage", queueArn)] }, "sqs:SendMessage uploads", true],
    [
      "sending does not allow receiving",
      { statements: [allow("sqs:SendMessage", queueArn)] },
      "sqs:ReceiveMessage uploads",
      false,
    ],
    [
      "a deny wins over an allow",
      { statements: [allow("sqs:*", "*"), deny("sqs:PurgeQueue", queueArn)] },
      "sqs:PurgeQueue uploads",
      false,
    ],
    [
      "a deny of another action does not",
      { statements: [allow("sqs:*", "*"), deny("sqs:PurgeQueue", queueArn)] },
      "sqs:SendMessage uploads",
      true,
    ],
    [
      "NotAction allows the rest",
      { statements: [{ Effect: "Allow", NotAction: "dynamodb:DeleteItem", Resource: tableArn }] },
      "dynamodb:GetItem table/documents",
      true,
    ],
    [
      "NotAction does not allow what it lists",
      { statements: [{ Effect: "Allow", NotAction: "dynamodb:DeleteItem", Resource: tableArn }] },
      "dynamodb:DeleteItem table/documents",
      false,
    ],
    [
      "NotResource denies everything else",
      {
        statements: [
          allow("s3:*", "*"),
          { Effect: "Deny", Action: "s3:*", NotResource: ["arn:aws:s3:::bucket", objects] },
        ],
      },
      "s3:GetObject other/a",
      false,
    ],
    ["AmazonS3ReadOnlyAccess reads", { managed: policyOf("AmazonS3ReadOnlyAccess") }, "s3:GetObject bucket/a", true],
    [
      "AmazonS3ReadOnlyAccess does not write",
      { managed: policyOf("AmazonS3ReadOnlyAccess") },
      "s3:PutObject bucket/a",
      false,
    ],
    [
      "AmazonDynamoDBFullAccess writes",
      { managed: policyOf("AmazonDynamoDBFullAccess") },
      "dynamodb:PutItem table/documents",
      true,
    ],
    ["AmazonSQSFullAccess purges", { managed: policyOf("AmazonSQSFullAccess") }, "sqs:PurgeQueue uploads", true],
    [
      "AWSLambdaSQSQueueExecutionRole receives",
      { managed: policyOf("service-role/AWSLambdaSQSQueueExecutionRole") },
      "sqs:ReceiveMessage uploads",
      true,
    ],
    [
      "AWSLambdaSQSQueueExecutionRole does not send",
      { managed: policyOf("service-role/AWSLambdaSQSQueueExecutionRole") },
      "sqs:SendMessage uploads",
      false,
    ],
  ])("%s", (_what, options, needed, allowed, context) => {
    expect(deploy(options).allows(needed, context)).toBe(allowed)
  })
})

describe("a condition on", () => {
  const leading = (values: string[]) => ({ "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": values } })
  const listing = (prefix: string | undefined) => ({ "s3:prefix": () => prefix })

  test.each<[what: string, statements: Statement[], needed: string, context: RequestContext, allowed: boolean]>([
    [
      "leading keys that are equal",
      [allow("dynamodb:GetItem", tableArn, leading(["me"]))],
      "dynamodb:GetItem table/documents",
      { "dynamodb:LeadingKeys": () => ["me"] },
      true,
    ],
    [
      "leading keys of which one differs",
      [allow("dynamodb:BatchGetItem", tableArn, leading(["me"]))],
      "dynamodb:BatchGetItem table/documents",
      { "dynamodb:LeadingKeys": () => ["me", "you"] },
      false,
    ],
    [
      "leading keys that are the caller's ARN",
      [allow("dynamodb:GetItem", tableArn, leading([`\${aws:PrincipalArn}`]))],
      "dynamodb:GetItem table/documents",
      { "dynamodb:LeadingKeys": () => [`arn:aws:iam::${account}:role/handler-role`] },
      true,
    ],
    [
      "attributes of which one is not listed",
      [allow("dynamodb:PutItem", tableArn, { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "a"] } })],
      "dynamodb:PutItem table/documents",
      { "dynamodb:Attributes": () => ["id", "secret"] },
      false,
    ],
    [
      "the enclosing transaction, in one",
      [
        allow("dynamodb:PutItem", tableArn, {
          "ForAnyValue:StringEquals": { "dynamodb:EnclosingOperation": ["TransactWriteItems"] },
        }),
      ],
      "dynamodb:PutItem table/documents",
      { "dynamodb:EnclosingOperation": "TransactWriteItems" },
      true,
    ],
    [
      "the enclosing transaction, outside of one",
      [
        allow("dynamodb:PutItem", tableArn, {
          "ForAnyValue:StringEquals": { "dynamodb:EnclosingOperation": ["TransactWriteItems"] },
        }),
      ],
      "dynamodb:PutItem table/documents",
      { "dynamodb:EnclosingOperation": undefined },
      false,
    ],
    [
      "the prefix of a listing, met",
      [allow("s3:ListBucket", "arn:aws:s3:::bucket", { StringLike: { "s3:prefix": ["home/*"] } })],
      "s3:ListBucket bucket",
      listing("home/a"),
      true,
    ],
    [
      "the prefix of a listing, not met",
      [allow("s3:ListBucket", "arn:aws:s3:::bucket", { StringLike: { "s3:prefix": ["home/*"] } })],
      "s3:ListBucket bucket",
      listing("etc/a"),
      false,
    ],
    [
      "the prefix of a listing without one",
      [allow("s3:ListBucket", "arn:aws:s3:::bucket", { StringLike: { "s3:prefix": ["home/*"] } })],
      "s3:ListBucket bucket",
      listing(undefined),
      false,
    ],
    [
      "encryption that an upload does not ask for, denied",
      [
        allow("s3:*", "*"),
        deny("s3:PutObject", objects, { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } }),
      ],
      "s3:PutObject bucket/a",
      { "s3:x-amz-server-side-encryption": () => undefined },
      false,
    ],
    [
      "encryption that an upload asks for",
      [
        allow("s3:*", "*"),
        deny("s3:PutObject", objects, { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } }),
      ],
      "s3:PutObject bucket/a",
      { "s3:X-Amz-Server-Side-Encryption": () => "aws:kms" },
      true,
    ],
    [
      "a secure transport",
      [allow("sqs:*", "*", { Bool: { "aws:SecureTransport": "true" } })],
      "sqs:SendMessage uploads",
      {},
      true,
    ],
    [
      "the account of the resource",
      [allow("s3:GetObject", "*", { StringEquals: { "aws:ResourceAccount": account } })],
      "s3:GetObject bucket/a",
      {},
      true,
    ],
    [
      "another region",
      [allow("sqs:*", "*", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } })],
      "sqs:SendMessage uploads",
      {},
      false,
    ],
  ])("%s", (_what, statements, needed, context, allowed) => {
    expect(deploy({ statements }).allows(needed, context)).toBe(allowed)
  })

  test("a key that no policy mentions is never computed", () => {
    const context = {
      "dynamodb:Attributes": () => {
        throw new Error("It is computed.")
      },
    }
    const { allows } = deploy({ statements: [allow("dynamodb:PutItem", tableArn, leading(["me"]))] })
    expect(allows("dynamodb:PutItem table/documents", { ...context, "dynamodb:LeadingKeys": ["me"] })).toBe(true)
  })

  test("each request is decided on its own values, also after the other one was cached", () => {
    const { allows } = deploy({ statements: [allow("dynamodb:GetItem", tableArn, leading(["me"]))] })
    for (let times = 0; times < 2; times++) {
      expect(allows("dynamodb:GetItem table/documents", { "dynamodb:LeadingKeys": ["me"] })).toBe(true)
      expect(allows("dynamodb:GetItem table/documents", { "dynamodb:LeadingKeys": ["you"] })).toBe(false)
    }
  })
})

describe("the policy of a resource decides that", () => {
  const plain = { Bool: { "aws:SecureTransport": "false" } }

  test.each<[what: string, options: Options, needed: string, allowed: boolean]>([
    [
      "a bucket allows the role without a policy of its own",
      { bucketPolicy: [to(self, allow("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      true,
    ],
    [
      "it allows what it names only",
      { bucketPolicy: [to(self, allow("s3:GetObject", objects))] },
      "s3:PutObject bucket/a",
      false,
    ],
    [
      "a bucket allows everyone",
      { bucketPolicy: [to("*", allow("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      true,
    ],
    [
      "a bucket allows every AWS principal",
      { bucketPolicy: [to({ AWS: "*" }, allow("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      true,
    ],
    [
      "an allow for the account allows no role",
      { bucketPolicy: [to({ AWS: account }, allow("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      false,
    ],
    [
      "a deny for the account denies every role",
      {
        statements: [allow("s3:*", "*")],
        bucketPolicy: [to({ AWS: `arn:aws:iam::${account}:root` }, deny("s3:GetObject", objects))],
      },
      "s3:GetObject bucket/a",
      false,
    ],
    [
      "an allow for a service allows no role",
      { bucketPolicy: [to({ Service: "cloudfront.amazonaws.com" }, allow("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      false,
    ],
    [
      "a bucket that denies plain HTTP lets encrypted requests pass",
      {
        statements: [allow("s3:*", "*")],
        bucketPolicy: [to({ AWS: "*" }, deny("s3:*", ["arn:aws:s3:::bucket", objects], plain))],
      },
      "s3:GetObject bucket/a",
      true,
    ],
    [
      "a deny of the bucket wins over an allow of the role",
      { statements: [allow("s3:*", "*")], bucketPolicy: [to("*", deny("s3:DeleteObject", objects))] },
      "s3:DeleteObject bucket/a",
      false,
    ],
    [
      "a deny of the role wins over an allow of the bucket",
      { statements: [deny("s3:GetObject", "*")], bucketPolicy: [to(self, allow("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      false,
    ],
    [
      "NotPrincipal denies all others",
      {
        statements: [allow("s3:*", "*")],
        bucketPolicy: [
          {
            ...deny("s3:GetObject", objects),
            NotPrincipal: { AWS: [`arn:aws:iam::${account}:role/other`] },
          },
        ],
      },
      "s3:GetObject bucket/a",
      false,
    ],
    [
      "another bucket is not affected",
      {
        bucketPolicy: [to("*", allow("s3:GetObject", "*"))],
        resources: { Other: { Type: "AWS::S3::Bucket", Properties: { BucketName: "other" } } },
      },
      "s3:GetObject other/a",
      false,
    ],
    [
      "a queue allows the role",
      { queuePolicy: [to(self, allow("sqs:SendMessage", queueArn))] },
      "sqs:SendMessage uploads",
      true,
    ],
    [
      "a queue denies the role",
      { statements: [allow("sqs:*", "*")], queuePolicy: [to("*", deny("sqs:ReceiveMessage", queueArn))] },
      "sqs:ReceiveMessage uploads",
      false,
    ],
    [
      "a table allows the role",
      { tablePolicy: [to(self, allow("dynamodb:GetItem", tableArn))] },
      "dynamodb:GetItem table/documents",
      true,
    ],
    [
      "a table's policy covers its indexes",
      { tablePolicy: [to(self, allow("dynamodb:Query", `${tableArn}/index/*`))] },
      "dynamodb:Query table/documents/index/i",
      true,
    ],
    [
      "a table denies the role",
      {
        statements: [allow("dynamodb:*", "*")],
        tablePolicy: [to("*", deny("dynamodb:Scan", tableArn))],
      },
      "dynamodb:Scan table/documents",
      false,
    ],
    [
      "a deny with an unsupported operator denies",
      {
        statements: [allow("s3:*", "*")],
        bucketPolicy: [to("*", deny("s3:GetObject", objects, { StringMaybe: { "s3:prefix": "a" } }))],
      },
      "s3:GetObject bucket/a",
      false,
    ],
  ])("%s", (_what, options, needed, allowed) => {
    expect(deploy(options).allows(needed)).toBe(allowed)
  })

  test("a queue of another account needs both policies", () => {
    const other = "arn:aws:sqs:eu-west-1:999999999999:q"
    const queuePolicies = [{ logicalId: "P", stackName: "Other", resourceArn: other }].map((origin) => ({
      ...origin,
      document: { Statement: [{ ...allow("sqs:SendMessage", other), Principal: { AWS: account } }] },
    }))
    const ask = (statements: Statement[], policies: typeof queuePolicies) => {
      const { definition, role } = deploy({ statements })
      const foreign = { ...definition, resourcePolicies: policies as unknown as typeof definition.resourcePolicies }
      const access = createAccess(foreign, { mode: "enforce", onDenied() {} })
      return access.mayCall(role, ...parse(`sqs:SendMessage ${other}`))
    }
    const own = [allow("sqs:SendMessage", other)]
    expect(ask(own, queuePolicies)).toMatchObject({ allowed: true })
    expect(ask([], queuePolicies)).toMatchObject({ message: expect.stringContaining("no identity-based policy") })
    expect(ask(own, [])).toMatchObject({ message: expect.stringContaining("no resource-based policy") })
  })

  test("the policy of a replica is that of a global table", () => {
    const ResourcePolicy = {
      PolicyDocument: { Statement: [to(self, allow("dynamodb:GetItem", "*"))] },
    }
    const { allows } = deploy({
      resources: {
        Global: {
          Type: "AWS::DynamoDB::GlobalTable",
          Properties: {
            TableName: "global",
            KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
            Replicas: [{ Region: "eu-west-1" }, { Region: "us-east-1", ResourcePolicy }],
          },
        },
      },
    })
    expect(allows("dynamodb:GetItem table/global")).toBe(true)
    expect(allows("dynamodb:GetItem table/documents")).toBe(false)
  })
})

describe("a denial has the message of AWS", () => {
  const user = `User: arn:aws:sts::${account}:assumed-role/handler-role/handler is not authorized to perform:`

  test.each<[what: string, options: Options, needed: string, message: string]>([
    [
      "from DynamoDB",
      {},
      "dynamodb:PutItem table/documents",
      `dynamodb:PutItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:PutItem action`,
    ],
    [
      "from S3, with the resource in quotation marks",
      {},
      "s3:GetObject bucket/a",
      `s3:GetObject on resource: "arn:aws:s3:::bucket/a" because no identity-based policy allows the s3:GetObject action`,
    ],
    [
      "from SQS, with the action in lower case",
      {},
      "sqs:SendMessage uploads",
      `sqs:sendmessage on resource: ${queueArn} because no identity-based policy allows the sqs:sendmessage action`,
    ],
    [
      "for a deny of the role",
      { statements: [deny("dynamodb:*", "*")] },
      "dynamodb:PutItem table/documents",
      `dynamodb:PutItem on resource: ${tableArn} with an explicit deny in an identity-based policy`,
    ],
    [
      "for a deny of the resource",
      { statements: [allow("s3:*", "*")], bucketPolicy: [to("*", deny("s3:GetObject", objects))] },
      "s3:GetObject bucket/a",
      `s3:GetObject on resource: "arn:aws:s3:::bucket/a" with an explicit deny in a resource-based policy`,
    ],
  ])("%s", (_what, options, needed, message) => {
    expect(deploy(options).may(needed)).toEqual({ allowed: false, message: `${user} ${message}` })
  })
})

describe("a denial is reported", () => {
  test("with the role, the resource, the explanation and the fix", () => {
    const { denials, may } = deploy()
    may("dynamodb:PutItem table/documents")
    expect(denials).toEqual([
      {
        action: "dynamodb:PutItem",
        resource: tableArn,
        role: "Role",
        principalArn: `arn:aws:sts::${account}:assumed-role/handler-role/handler`,
        explanation: "No policy of Role allows dynamodb:PutItem on this resource.",
        cure: `Add to the policies of Role: {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":{"Fn::GetAtt":["Documents","Arn"]}}`,
      },
    ])
  })

  test("once for the same call, and once for the objects of a bucket", () => {
    const { denials, may } = deploy()
    for (const key of ["a", "a", "b", "c/d"]) may(`s3:PutObject bucket/${key}`)
    may("s3:GetObject bucket/a")
    expect(denials.map(({ action, resource }) => [action, resource])).toEqual([
      ["s3:PutObject", "arn:aws:s3:::bucket/a"],
      ["s3:GetObject", "arn:aws:s3:::bucket/a"],
    ])
  })

  test("naming the statement that denies", () => {
    const { denials, may } = deploy({
      statements: [allow("s3:*", "*"), deny("s3:PutObject", objects)],
      bucketPolicy: [{ ...to("*", deny("s3:GetObject", objects)), Sid: "NoReading" }],
    })
    may("s3:PutObject bucket/a")
    may("s3:GetObject bucket/a")
    expect(denials.map(({ explanation, cure }) => [explanation, cure])).toEqual([
      ["statement 2 of inline denies it.", "Change statement 2 of the policy inline (role Role)."],
      ["statement NoReading of BucketPolicy denies it.", "Change statement NoReading of the policy BucketPolicy."],
    ])
  })

  test("naming the condition that is not met", () => {
    const { denials, may } = deploy({
      statements: [allow("s3:ListBucket", "arn:aws:s3:::bucket", { StringLike: { "s3:prefix": "home/*" } })],
    })
    may("s3:ListBucket bucket")
    expect(denials).toMatchObject([
      {
        explanation:
          "statement 1 of inline allows s3:ListBucket only under a condition that the request does not meet.",
        cure: "Change the condition of statement 1 of the policy inline (role Role).",
      },
    ])
  })

  test.each<[needed: string, cure: string]>([
    ["dynamodb:GetItem table/documents", "documentsTable.grantReadData(handler)"],
    ["dynamodb:Query table/documents/index/i", "documentsTable.grantReadData(handler)"],
    ["dynamodb:ConditionCheckItem table/documents", "documentsTable.grantReadData(handler)"],
    ["dynamodb:PutItem table/documents", "documentsTable.grantWriteData(handler)"],
    ["dynamodb:BatchWriteItem table/documents", "documentsTable.grantWriteData(handler)"],
    ["dynamodb:PartiQLSelect table/documents", 'documentsTable.grant(handler, "dynamodb:PartiQLSelect")'],
    ["s3:GetObject bucket/a", "uploadBucket.grantRead(handler)"],
    ["s3:ListBucket bucket", "uploadBucket.grantRead(handler)"],
    ["s3:PutObject bucket/a", "uploadBucket.grantPut(handler)"],
    ["s3:AbortMultipartUpload bucket/a", "uploadBucket.grantPut(handler)"],
    ["s3:PutObjectAcl bucket/a", "uploadBucket.grantPutAcl(handler)"],
    ["s3:DeleteObject bucket/a", "uploadBucket.grantDelete(handler)"],
    [
      "s3:RestoreObject bucket/a",
      'handler.addToRolePolicy(new PolicyStatement({ actions: ["s3:RestoreObject"], resources: [uploadBucket.arnForObjects("*")] }))',
    ],
    ["sqs:SendMessage uploads", "uploadQueue.grantSendMessages(handler)"],
    ["sqs:GetQueueUrl uploads", "uploadQueue.grantSendMessages(handler)"],
    ["sqs:ReceiveMessage uploads", "uploadQueue.grantConsumeMessages(handler)"],
    ["sqs:ChangeMessageVisibility uploads", "uploadQueue.grantConsumeMessages(handler)"],
    ["sqs:PurgeQueue uploads", "uploadQueue.grantPurge(handler)"],
    ["sqs:DeleteQueue uploads", 'uploadQueue.grant(handler, "sqs:DeleteQueue")'],
  ])("%s with the grant of CDK and the statement of CloudFormation", (needed, cure) => {
    const { denials, may } = deploy({ constructs: true })
    may(needed)
    const [line, statement] = denials[0]?.cure.split(" // or, in CloudFormation, add to the policies of Role: ") ?? []
    expect(line).toBe(cure)
    const [Action = ""] = needed.split(" ")
    expect(JSON.parse(statement ?? "")).toMatchObject({ Effect: "Allow", Action })
    // The statement allows the call.
    expect(deploy({ statements: [JSON.parse(statement ?? "")] }).allows(needed)).toBe(true)
  })

  describe("for other services", () => {
    const path = (name: string) => ({ Metadata: { "aws:cdk:path": `stack/${name}/Resource` } })
    const resources = {
      Topic: { Type: "AWS::SNS::Topic", ...path("News"), Properties: { TopicName: "news" } },
      Machine: {
        Type: "AWS::StepFunctions::StateMachine",
        ...path("Order"),
        Properties: {
          StateMachineName: "order",
          RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
          Definition: { StartAt: "End", States: { End: { Type: "Succeed" } } },
        },
      },
      Bus: { Type: "AWS::Events::EventBus", ...path("Bus"), Properties: { Name: "bus" } },
      Secret: { Type: "AWS::SecretsManager::Secret", ...path("Key"), Properties: { Name: "key", SecretString: "s" } },
      Parameter: {
        Type: "AWS::SSM::Parameter",
        ...path("Limit"),
        Properties: { Name: "/app/limit", Type: "String", Value: "1" },
      },
      Plain: {
        Type: "AWS::SSM::Parameter",
        ...path("Plain"),
        Properties: { Name: "plain", Type: "String", Value: "1" },
      },
      Stream: { Type: "AWS::Kinesis::Stream", ...path("Clicks"), Properties: { Name: "clicks" } },
      Watched: {
        Type: "AWS::DynamoDB::Table",
        ...path("Watched"),
        Properties: {
          TableName: "watched",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          StreamSpecification: { StreamViewType: "NEW_IMAGE" },
        },
      },
    }
    const { definition } = deploy({ constructs: true, resources })
    const arnOf = (logicalId: string) => {
      const { topics, stateMachines, eventBuses, secrets, parameters, dataStreams, functions } = definition
      const all = [topics, stateMachines, eventBuses, secrets, parameters, dataStreams, functions].flat()
      return all.find((one) => one.logicalId === logicalId)?.arn ?? ""
    }
    const getAtt = (logicalId: string) => ({ "Fn::GetAtt": [logicalId, "Arn"] })
    const parameter = (pathInSub: string) => ({
      "Fn::Sub": `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${pathInSub}`,
    })

    test.each<[action: string, logicalId: string, cure: string, Resource: object]>([
      ["sns:Publish", "Topic", "news.grantPublish(handler)", { Ref: "Topic" }],
      ["states:StartExecution", "Machine", 'order.grant(handler, "states:StartExecution")', { Ref: "Machine" }],
      ["events:PutEvents", "Bus", "bus.grantPutEventsTo(handler)", getAtt("Bus")],
      ["secretsmanager:GetSecretValue", "Secret", "key.grantRead(handler)", { Ref: "Secret" }],
      ["ssm:GetParameter", "Parameter", "limit.grantRead(handler)", parameter("${Parameter}")],
      ["ssm:GetParameters", "Plain", "plain.grantRead(handler)", parameter("/${Plain}")],
      ["kinesis:PutRecord", "Stream", "clicks.grantWrite(handler)", getAtt("Stream")],
      ["kinesis:GetRecords", "Stream", "clicks.grantRead(handler)", getAtt("Stream")],
      ["lambda:InvokeFunction", "Handler", "handler.grantInvoke(handler)", getAtt("Handler")],
    ])("%s of %s with the grant of CDK and a reference", (action, logicalId, cure, Resource) => {
      const { denials, may } = deploy({ constructs: true, resources })
      may(`${action} ${arnOf(logicalId)}`)
      const [line, statement = ""] =
        denials[0]?.cure.split(" // or, in CloudFormation, add to the policies of Role: ") ?? []
      expect([line, JSON.parse(statement)]).toEqual([cure, { Effect: "Allow", Action: action, Resource }])
    })

    test("the stream of a table with the attribute of the table", () => {
      const { denials, may } = deploy({ constructs: true, resources })
      may(`dynamodb:GetRecords ${tableArn.replace("documents", "watched")}/stream/2026-01-01T00:00:00.000`)
      expect(denials[0]?.cure).toMatch(/^watched\.grantStreamRead\(handler\) /)
      expect(denials[0]?.cure).toContain('"Resource":{"Fn::GetAtt":["Watched","StreamArn"]}')
    })
  })

  test("with the ARN of a resource that is not in the template", () => {
    const { denials, may } = deploy({ constructs: true })
    may("dynamodb:GetItem table/elsewhere")
    may("s3:GetObject elsewhere/a")
    may("sqs:ListQueues *")
    expect(denials.map(({ cure }) => JSON.parse(cure.replace("Add to the policies of Role: ", "")).Resource)).toEqual([
      tableArn.replace("documents", "elsewhere"),
      "arn:aws:s3:::elsewhere/a",
      "*",
    ])
  })
})

describe("a caller", () => {
  test("that is the administrator, or a role of another template, may everything", () => {
    const { access, denials, role } = deploy()
    const [service, needed] = parse("s3:DeleteBucket bucket")
    for (const principal of [administratorOf(account), { ...role, roleArn: "arn:aws:iam::1:role/elsewhere" }]) {
      expect(access.isRestricted(principal)).toBe(false)
      expect(access.mayCall(principal, service, needed)).toMatchObject({ allowed: true })
    }
    expect(access.isRestricted(role)).toBe(true)
    expect(denials).toEqual([])
  })

  test("may everything in mode warn, which reports, and in mode off, which does not", () => {
    const warned = deploy({ mode: "warn" })
    expect(warned.allows("s3:PutObject bucket/a")).toBe(true)
    expect(warned.access.hasPermission(warned.role, ...parse("s3:ListBucket bucket")).allowed).toBe(true)
    expect(warned.denials.map(({ action }) => action)).toEqual(["s3:PutObject"])
    const off = deploy({ mode: "off" })
    expect(off.allows("s3:PutObject bucket/a")).toBe(true)
    expect(off.access.isRestricted(off.role)).toBe(false)
    expect(off.denials).toEqual([])
  })

  test("whose permission only changes a response is not reported until it asks for the permission itself", () => {
    const { access, denials, role, allows } = deploy()
    const asked = parse("s3:ListBucket bucket")
    expect(access.hasPermission(role, ...asked).allowed).toBe(false)
    expect(denials).toEqual([])
    expect(allows("s3:ListBucket bucket")).toBe(false)
    expect(access.hasPermission(role, ...asked).allowed).toBe(false)
    expect(denials).toHaveLength(1)
  })
})

describe("for random policies and requests", () => {
  const actions = ["s3:GetObject", "s3:PutObject", "s3:*", "s3:Get*"]
  const resources = ["*", objects, "arn:aws:s3:::bucket/a*", "arn:aws:s3:::bucket/a", "arn:aws:s3:::bucket"]
  const statement = fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: fc.constantFrom(...actions),
    Resource: fc.constantFrom(...resources),
  })
  const principal = fc.constantFrom<unknown>("*", self, { AWS: account }, { AWS: "arn:aws:iam::1:role/other" })
  const policies = fc.record({
    statements: fc.array(statement, { maxLength: 3 }),
    bucketPolicy: fc.array(
      fc.tuple(principal, statement).map(([to_, one]) => to(to_, one)),
      { minLength: 1, maxLength: 3 },
    ),
  })
  const requests = fc.array(
    fc.tuple(fc.constantFrom("s3:GetObject", "s3:PutObject"), fc.constantFrom("bucket/a", "bucket/b", "bucket")),
    { minLength: 1, maxLength: 6 },
  )
  const decide = (options: Options, asked: [string, string][]) => {
    const { allows } = deploy(options)
    return asked.map(([action, resource]) => allows(`${action} ${resource}`))
  }

  test("a repeated request has the decision of the first one", () => {
    const samePolicies = fc.property(policies, requests, (options, asked) => {
      const alone = asked.map((one) => decide(options, [one])[0])
      expect(decide(options, [...asked, ...asked.toReversed()])).toEqual([...alone, ...alone.toReversed()])
    })
    fc.assert(samePolicies, { numRuns: runs(100) })
  })

  test("one more deny never allows, and one more allow never denies", () => {
    const oneMore = fc.property(policies, principal, statement, requests, (options, of, added, asked) => {
      const before = decide(options, asked)
      const after = decide({ ...options, bucketPolicy: [...options.bucketPolicy, to(of, added)] }, asked)
      const [less, more] = added.Effect === "Allow" ? [before, after] : [after, before]
      expect(less.filter((allowed, at) => allowed && !more[at])).toEqual([])
    })
    fc.assert(oneMore, { numRuns: runs(100) })
  })
})
