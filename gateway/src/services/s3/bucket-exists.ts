// Asks the stand-in whether it has the bucket of a request.
import { type Agent, request as sendRequest } from "node:http"
import type { BucketDefinition } from "../../definition/storage.ts"
import { type StandIn, StandInUnavailable } from "../stand-in/stand-in-process.ts"
import type { S3Request } from "./request.ts"

/** A request without a bucket, or one that creates it, counts as one to a bucket that exists. */
export async function bucketExists(
  { standIn, agent, buckets }: { standIn: StandIn; agent: Agent; buckets(): BucketDefinition[] },
  { bucket, method, key }: S3Request,
): Promise<boolean> {
  const isCreation = method === "PUT" && key === ""
  if (bucket === undefined || isCreation || buckets().some(({ bucketName }) => bucketName === bucket)) return true
  await standIn.available()
  const { socketPath } = standIn
  return new Promise((resolve, reject) => {
    sendRequest({ agent, socketPath, path: `/${bucket}/`, method: "HEAD" }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
      .once("error", (cause) => reject(new StandInUnavailable(cause.message, { cause })))
      .end()
  })
}
