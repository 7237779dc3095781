// Invoked by the bucket: the size of the object decides what became of the upload.
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { push, UPLOADS, uploads } from "./uploads.mjs"

const s3 = new S3Client()

export async function handler({ Records }) {
  for (const { s3: record } of Records) {
    const Key = decodeURIComponent(record.object.key.replaceAll("+", " "))
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: record.bucket.name, Key }))
    const { Attributes } = await uploads.send(
      new UpdateCommand({
        TableName: UPLOADS,
        Key: { upload: Key.split("/")[1] },
        UpdateExpression: "SET #status = :status, #bytes = :bytes",
        ExpressionAttributeNames: { "#status": "status", "#bytes": "bytes" },
        ExpressionAttributeValues: { ":status": ContentLength > 0 ? "received" : "empty", ":bytes": ContentLength },
        ReturnValues: "ALL_NEW",
      }),
    )
    await push(Attributes)
  }
}
