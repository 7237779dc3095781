// Authorizes a request to S3. Requests that name keys in their body are authorized for these keys.
import type { DataCaller, NeededPermission, Permission } from "../../definition/permission.ts"
import { changedKeys, type NamedKeys } from "./changed-keys.ts"
import { authorizeDeletion } from "./delete-objects.ts"
import { neededPermissions } from "./needed-permissions.ts"
import type { ObjectChange, S3Request } from "./request.ts"

export type AuthorizedRequest =
  | { allowed: false; message: string }
  | {
      allowed: true
      /** What the stand-in receives instead of the body of a deletion of several objects. */
      deletion?: Buffer
      /** XML elements for the result of DeleteObjects: one for each key that may not be deleted. */
      deletionErrors: string
    }

/**
 * @param caller undefined: not authorized, because the service rejects the request
 * @param parts.named what a form or a deletion of several objects names in its body
 */
export function authorizeRequest(
  caller: DataCaller | undefined,
  request: S3Request,
  parts: { header(name: string): string | undefined; change: ObjectChange | undefined; named: NamedKeys },
): AuthorizedRequest {
  const { header, change, named } = parts
  const { deletion } = named
  const asIs = deletion === undefined ? {} : { deletion }
  if (!caller?.isRestricted) return { allowed: true, ...asIs, deletionErrors: "" }
  const { bucket = "" } = request
  if (change === "DeleteMany" && deletion !== undefined) {
    const { body, errors } = authorizeDeletion(caller, bucket, deletion)
    return { allowed: true, deletion: body, deletionErrors: errors }
  }
  const needed =
    change === "Post"
      ? changedKeys(request, change, named).map((key) => ({ action: "s3:PutObject", resource: `${bucket}/${key}` }))
      : neededPermissions(request, header)
  const denied = firstDenied(caller, needed)
  return denied ?? { allowed: true, ...asIs, deletionErrors: "" }
}

/** Asks for every permission, so that each that is missing is reported. */
function firstDenied(caller: DataCaller, needed: readonly NeededPermission[]) {
  return needed
    .map((permission) => caller.may(permission))
    .find((permission): permission is Permission & { allowed: false } => !permission.allowed)
}
