// A table, two queues and a bucket for the console's world, with routes whose functions use them.
import type { ConsoleWorld, WorldAdditions } from "./console-world.ts"

const save = `
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
const dynamodb = new DynamoDBClient({})
const s3 = new S3Client({})
const sqs = new SQSClient({})
export const handler = async ({ body }) => {
  const { id } = JSON.parse(body)
  await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id }, state: { S: "saved" }, pages: { N: "40" } } }))
  await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: "documents/" + id + ".txt", Body: "content of " + id }))
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify({ id }) }))
  return { statusCode: 200, body: '{"status":"saved"}' }
}`

const remove = `
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
const dynamodb = new DynamoDBClient({})
export const handler = async ({ body }) => {
  await dynamodb.send(new DeleteItemCommand({ TableName: process.env.TABLE, Key: { id: { S: JSON.parse(body).id } } }))
  return { statusCode: 200, body: '{"status":"removed"}' }
}`

const allow = (actions: string[], resource: unknown) => ({ Effect: "Allow", Action: actions, Resource: resource })

export const withData: WorldAdditions = {
  routes: {
    save: { code: save, twoWay: true, functionTimeoutSeconds: 20 },
    remove: { code: remove, twoWay: true, functionTimeoutSeconds: 20 },
  },
  environment: {
    TABLE: { Ref: "Documents" },
    BUCKET: { Ref: "Uploads" },
    QUEUE: { Ref: "Jobs" },
  },
  statements: [
    allow(["dynamodb:PutItem", "dynamodb:GetItem"], { "Fn::GetAtt": ["Documents", "Arn"] }),
    allow(["s3:PutObject"], { "Fn::Sub": "${Uploads.Arn}/*" }),
    allow(["sqs:SendMessage"], { "Fn::GetAtt": ["Jobs", "Arn"] }),
    allow(["sqs:PurgeQueue"], { "Fn::GetAtt": ["Jobs", "Arn"] }),
  ],
  resources: {
    Documents: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "documents",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      },
    },
    Uploads: { Type: "AWS::S3::Bucket", Properties: { BucketName: "uploads" } },
    DeadJobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead-jobs" } },
    Jobs: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: "jobs",
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["DeadJobs", "Arn"] }, maxReceiveCount: 3 },
      },
    },
  },
}

/** Copies the requests of the route `save` as Vitest tests. The timeline has to show them. */
export function copyTestsOfData(world: ConsoleWorld): Promise<Map<string, string>> {
  return world.copyTests([
    ["put", /DynamoDB PutItem .*200/, '{ TableName: "documents"'],
    ["send", /SQS SendMessage .*200/, 'gateway.endpoints.sqs + "/000000000000/jobs"'],
  ])
}
