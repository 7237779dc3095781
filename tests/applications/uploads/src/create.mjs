// POST /uploads: an item that waits, and the URL to which the browser sends the file.
import { randomUUID } from "node:crypto"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { UPLOADS, uploads } from "./uploads.mjs"

const s3 = new S3Client()

export async function handler({ body }) {
  const { name } = JSON.parse(body)
  if (!/^[\w. -]{1,100}$/.test(name)) return { statusCode: 400, body: JSON.stringify({ message: "name is invalid" }) }
  const upload = randomUUID()
  const Item = { upload, name, status: "waiting", createdAt: Date.now() }
  await uploads.send(new PutCommand({ TableName: UPLOADS, Item }))
  const object = { Bucket: process.env.BUCKET, Key: `incoming/${upload}/${name}` }
  return { upload, url: await getSignedUrl(s3, new PutObjectCommand(object), { expiresIn: 900 }) }
}
