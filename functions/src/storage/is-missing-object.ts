// Whether S3 failed because the object does not exist.
import { S3ServiceException } from "@aws-sdk/client-s3"

// The functions may not list the bucket. AWS: a missing object is 403, not 404, for such a caller (system-missing-object)
export function isMissingObject(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === "NoSuchKey" || error.name === "AccessDenied")
}
