// Creates the buckets of a template in S3.
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import type { BucketDefinition } from "../../definition/storage.ts"
import { type ClientOptions, ignoring } from "../client-options.ts"

/** Existing buckets are not changed. */
export async function createBuckets(options: ClientOptions, buckets: BucketDefinition[]): Promise<void> {
  const client = new S3Client({ ...options, forcePathStyle: true })
  try {
    await Promise.all(
      buckets.map(async ({ bucketName }) => {
        const command = new CreateBucketCommand({ Bucket: bucketName })
        await client.send(command).catch(ignoring("BucketAlreadyOwnedByYou", "BucketAlreadyExists"))
      }),
    )
  } finally {
    client.destroy()
  }
}
