// Lists and reads the objects of buckets for the console.
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3"
import type { ObjectContent, StoredData } from "../../definition/stored-data.ts"
import type { ClientOptions } from "../client-options.ts"

/** Of a page. */
const MAX_OBJECTS = 200

export type BucketReader = Pick<StoredData, "objects" | "object"> & { close(): void }

export function openBucketReader(options: ClientOptions): BucketReader {
  const client = new S3Client({ ...options, forcePathStyle: true })
  return {
    async objects(Bucket, { prefix, next }) {
      const { Contents = [], NextContinuationToken } = await client.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: prefix,
          MaxKeys: MAX_OBJECTS,
          ...(next !== undefined && { ContinuationToken: next }),
        }),
      )
      const objects = Contents.map(({ Key = "", Size = 0, LastModified }) => ({
        key: Key,
        size: Size,
        modifiedAt: LastModified?.getTime() ?? 0,
      }))
      return { objects, ...(NextContinuationToken !== undefined && { next: NextContinuationToken }) }
    },
    async object(Bucket, Key) {
      const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key }))
      return { size: ContentLength, content: Body as unknown as ObjectContent["content"] }
    },
    close: () => client.destroy(),
  }
}
