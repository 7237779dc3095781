// Creates the buckets of a template in the stand-in for S3.
import type { BucketDefinition } from "../../definition/storage.ts"
import { type StandInSocket, sendPrivately } from "../stand-in/private-request.ts"

/** Existing buckets are not changed. */
export async function createBuckets(standIn: StandInSocket, buckets: readonly BucketDefinition[]): Promise<void> {
  await Promise.all(
    buckets.map(async ({ bucketName }) => {
      const { status, body } = await sendPrivately(standIn, {
        method: "PUT",
        path: `/${encodeURIComponent(bucketName)}`,
      })
      if (status !== 200) throw new Error(`The bucket ${bucketName} cannot be created: ${body}`)
    }),
  )
}
