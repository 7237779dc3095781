// Uploads, messages and items that are written until the gateway is killed, and the checks of what is there afterwards.
import { createHash } from "node:crypto"
import { DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { bodyOf, Ledger, versionIn } from "./ledger.ts"

export type Host = {
  endpoints: { dynamodb: string; s3: string; sqs: string }
  credentials: { accessKeyId: string; secretAccessKey: string }
}

export type Counts = { uploads: number; messages: number; moved: number; items: number }

const region = "us-east-1"
const Bucket = "documents"
const TableName = "items"
const OWNERS = 3
/** Longer than any message is invisible. */
const MAX_WAIT_MS = 20_000

export const resources = {
  Bucket: {
    Type: "AWS::S3::Bucket",
    DependsOn: ["NotifiedPolicy"],
    Properties: {
      BucketName: Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: { "Fn::GetAtt": ["Notified", "Arn"] } }],
      },
    },
  },
  Notified: { Type: "AWS::SQS::Queue", Properties: { QueueName: "notified", VisibilityTimeout: 1 } },
  NotifiedPolicy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Notified" }],
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "s3.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: { "Fn::GetAtt": ["Notified", "Arn"] },
          },
        ],
      },
    },
  },
  Messages: { Type: "AWS::SQS::Queue", Properties: { QueueName: "messages", VisibilityTimeout: 1 } },
  Retried: {
    Type: "AWS::SQS::Queue",
    Properties: {
      QueueName: "retried",
      VisibilityTimeout: 0,
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 1 },
    },
  },
  Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead", VisibilityTimeout: 1 } },
  Items: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName,
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "owner", AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-owner",
          KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
    },
  },
}

/** One for all runs on a data folder. */
export class Workload {
  readonly #random: () => number
  readonly #objects = new Ledger()
  readonly #items = new Ledger()
  /** Of uploads that were confirmed, and of those that are there without a confirmation. */
  readonly #dueNotifications = new Set<string>()
  readonly #dueMessages = new Set<string>()
  readonly #dueMoved = new Set<string>()
  readonly #deleted = new Set<string>()
  /** Messages whose deletion has begun. */
  readonly #taken = new Set<string>()
  readonly #counts: Counts = { uploads: 0, messages: 0, moved: 0, items: 0 }
  #messageNumber = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** What was confirmed so far. */
  get counts(): Counts {
    return { ...this.#counts }
  }

  /** Writes until a request fails, which the end of the gateway causes. @param onConfirmed after each confirmed write */
  async write(host: Host, onConfirmed: () => void): Promise<void> {
    const clients = clientsOf(host)
    const workers = [
      ...[0, 1, 2].map((n) => () => this.#upload(clients, `uploads/${n}-${Math.floor(this.#random() * 6)}`)),
      () => this.#send(clients),
      () => this.#receive(clients),
      () => this.#move(clients),
      ...[0, 1].map((n) => () => this.#put(clients, `${n}-${Math.floor(this.#random() * 6)}`)),
    ]
    let hasEnded = false
    await Promise.all(
      workers.map(async (work) => {
        while (!hasEnded) {
          try {
            await work()
            onConfirmed()
          } catch {
            hasEnded = true
          }
        }
      }),
    )
    clients.close()
  }

  async #upload({ s3 }: Clients, Key: string): Promise<void> {
    const version = this.#objects.begin(Key)
    const Body = bodyOf(Key, version, 1 + Math.floor(this.#random() ** 4 * 500_000))
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }))
    this.#objects.confirm(Key, version)
    this.#dueNotifications.add(`${Key} ${md5(Body)}`)
    this.#counts.uploads++
  }

  async #send({ sqs, queueUrl }: Clients): Promise<void> {
    const MessageBody = `message ${this.#messageNumber++}`
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl("messages"), MessageBody }))
    // It may have been received before its sender was answered.
    if (!this.#taken.has(MessageBody)) this.#dueMessages.add(MessageBody)
    this.#counts.messages++
  }

  /** Some messages are received and not deleted: they become visible again. */
  async #receive({ sqs, queueUrl }: Clients): Promise<void> {
    const QueueUrl = queueUrl("messages")
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }))
    for (const { Body = "", ReceiptHandle } of Messages) {
      if (this.#random() < 0.5) continue
      this.#taken.add(Body)
      this.#dueMessages.delete(Body)
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
      this.#deleted.add(Body)
    }
  }

  /** A message moves to the dead-letter queue when it is received for the second time. */
  async #move({ sqs, queueUrl }: Clients): Promise<void> {
    const QueueUrl = queueUrl("retried")
    const MessageBody = `moved ${this.#messageNumber++}`
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
    this.#dueMoved.add(MessageBody)
    this.#counts.moved++
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
    await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  }

  async #put({ dynamodb }: Clients, id: string): Promise<void> {
    const version = this.#items.begin(id)
    const Item = {
      id: { S: id },
      owner: { S: `owner ${version % OWNERS}` },
      body: { S: bodyOf(id, version, 1 + Math.floor(this.#random() ** 4 * 50_000)) },
    }
    await dynamodb.send(new PutItemCommand({ TableName, Item }))
    this.#items.confirm(id, version)
    this.#counts.items++
  }

  /** @returns what is wrong */
  async check(host: Host): Promise<string[]> {
    const clients = clientsOf(host)
    try {
      const problems = [...(await this.#checkObjects(clients)), ...(await this.#checkItems(clients))]
      for (const [due, queues, bodiesOf] of [
        [this.#dueNotifications, ["notified"], notifiedObjects],
        [this.#dueMessages, ["messages"], (body: string) => [body]],
        [this.#dueMoved, ["retried", "dead"], (body: string) => [body]],
      ] as const) {
        await this.#drain(clients, due, { queues, bodiesOf }, problems)
        problems.push(...[...due].map((body) => `${queues.join(" and ")}: ${body} is lost`))
        due.clear()
      }
      return problems
    } finally {
      clients.close()
    }
  }

  async #checkObjects({ s3 }: Clients): Promise<string[]> {
    const problems: string[] = []
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
    const found = new Set(Contents.map(({ Key = "" }) => Key))
    for (const key of new Set([...this.#objects.keys(), ...found])) {
      let version: number | undefined = 0
      if (found.has(key)) {
        const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key: key }))
        const body = (await Body?.transformToString()) ?? ""
        version = versionIn(key, body)
        if (version === undefined || ETag !== `"${md5(body)}"`) problems.push(`${key} is not whole`)
        // Stored without a confirmation: its notification is due as well.
        else if (this.#objects.isUnconfirmed(key, version)) this.#dueNotifications.add(`${key} ${md5(body)}`)
      }
      const wrong = this.#objects.check(key, version ?? 0)
      if (wrong !== undefined) problems.push(wrong)
      this.#objects.settle(key, version ?? 0)
    }
    return problems
  }

  async #checkItems({ dynamodb }: Clients): Promise<string[]> {
    const problems: string[] = []
    const { Items: items = [] } = await dynamodb.send(new ScanCommand({ TableName }))
    const found = new Map(items.map(({ id, body }) => [id?.S ?? "", body?.S ?? ""]))
    for (const id of new Set([...this.#items.keys(), ...found.keys()])) {
      const body = found.get(id)
      const version = body === undefined ? 0 : versionIn(id, body)
      if (version === undefined) problems.push(`item ${id} is not whole`)
      const wrong = this.#items.check(id, version ?? 0)
      if (wrong !== undefined) problems.push(`item ${wrong}`)
      this.#items.settle(id, version ?? 0)
    }
    let indexed = 0
    for (let owner = 0; owner < OWNERS; owner++) {
      const query = new QueryCommand({
        TableName,
        IndexName: "by-owner",
        KeyConditionExpression: "#owner = :owner",
        ExpressionAttributeNames: { "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": { S: `owner ${owner}` } },
      })
      for (const { id, body } of (await dynamodb.send(query)).Items ?? []) {
        indexed++
        if (found.get(id?.S ?? "") !== body?.S) problems.push(`the index differs from item ${id?.S}`)
      }
    }
    if (indexed !== found.size) problems.push(`the index has ${indexed} of ${found.size} items`)
    return problems
  }

  /** Receives and deletes until everything that is due was there. */
  async #drain(
    { sqs, queueUrl }: Clients,
    due: Set<string>,
    { queues, bodiesOf }: { queues: readonly string[]; bodiesOf(body: string): string[] },
    problems: string[],
  ): Promise<void> {
    const endsAt = Date.now() + MAX_WAIT_MS
    for (let isEmpty = false; !(isEmpty && due.size === 0) && Date.now() < endsAt; ) {
      isEmpty = true
      for (const name of queues) {
        const QueueUrl = queueUrl(name)
        const options = { MaxNumberOfMessages: 10, WaitTimeSeconds: due.size > 0 ? 1 : 0, VisibilityTimeout: 60 }
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...options }))
        if (Messages.length > 0) isEmpty = false
        for (const { Body = "", ReceiptHandle } of Messages) {
          if (this.#deleted.has(Body)) problems.push(`${name}: ${Body} was deleted, and is there again`)
          for (const body of bodiesOf(Body)) due.delete(body)
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
          this.#deleted.add(Body)
        }
      }
    }
  }
}

type Clients = ReturnType<typeof clientsOf>

function clientsOf({ endpoints, credentials }: Host) {
  // One attempt: a request that fails is one that was not confirmed.
  const common = { region, credentials, maxAttempts: 1 }
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb })
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true })
  const sqs = new SQSClient({ ...common, endpoint: endpoints.sqs })
  return {
    dynamodb,
    s3,
    sqs,
    queueUrl: (name: string) => `${endpoints.sqs}/000000000000/${name}`,
    close() {
      for (const client of [dynamodb, s3, sqs]) client.destroy()
    },
  }
}

type Notification = { Records?: { s3: { object: { key: string; eTag: string } } }[] }

function notifiedObjects(body: string): string[] {
  const { Records = [] } = JSON.parse(body) as Notification
  return Records.map(({ s3: { object } }) => `${decodeURIComponent(object.key)} ${object.eTag}`)
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex")
}
