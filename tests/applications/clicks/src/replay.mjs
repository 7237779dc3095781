// Puts the actions that a visitor took offline on the stream, in their order.
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis"

const kinesis = new KinesisClient()

export async function handler({ body, requestContext: { connectionId: visitor } }) {
  const { actions } = JSON.parse(body)
  const Records = actions.map((action) => ({
    PartitionKey: visitor,
    Data: Buffer.from(JSON.stringify({ ...action, visitor })),
  }))
  const { FailedRecordCount } = await kinesis.send(new PutRecordsCommand({ StreamName: process.env.STREAM, Records }))
  return { statusCode: FailedRecordCount === 0 ? 200 : 503 }
}
