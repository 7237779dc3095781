// Authorizes a request to S3. Requests that name keys in their body are authorized for these keys.
import type { DataCaller, NeededPermission, Permission } from "../../definition/permission.ts"
import { authorizeDeletion } from "./delete-objects.ts"
import { neededPermissions } from "./needed-permissions.ts"
import type { ObjectChange, S3Request } from "./request.ts"
import type { FormFields } from "./upload-form.ts"

export type AuthorizedRequest =
  | { allowed: false; message: string }
  | {
      allowed: true
      /** What the stand-in receives instead of the body of a deletion of several objects. */
      deletion?: Buffer
      /** XML elements for the result of DeleteObjects: one for each key that may not be deleted. */
      deletionErrors: string
    }

export type RequestParts = {
  header(name: string): string | undefined
  change: ObjectChange | undefined
  /** The body of a deletion of several objects. */
  deletion?: Buffer | undefined
  form?: Pick<FormFields, "key" | "fields"> | undefined
}

/** @param caller undefined: not authorized, because the service rejects the request */
export function authorizeRequest(
  caller: DataCaller | undefined,
  request: S3Request,
  parts: RequestParts,
): AuthorizedRequest {
  const { header, change, deletion, form } = parts
  const asIs = deletion === undefined ? {} : { deletion }
  if (!caller?.isRestricted) return { allowed: true, ...asIs, deletionErrors: "" }
  const { bucket = "" } = request
  if (change === "DeleteMany" && deletion !== undefined) {
    const { body, errors } = authorizeDeletion(caller, bucket, deletion)
    return { allowed: true, deletion: body, deletionErrors: errors }
  }
  const denied = firstDenied(caller, form ? permissionsOfForm(request, form) : neededPermissions(request, header))
  return denied ?? { allowed: true, ...asIs, deletionErrors: "" }
}

/** Those of a PUT whose headers are the fields. A form without a key is rejected by the service. */
function permissionsOfForm(
  request: S3Request,
  { key, fields }: Pick<FormFields, "key" | "fields">,
): NeededPermission[] {
  if (key === undefined) return []
  const field = (name: string) => fields.findLast(([known]) => known === name)?.[1]
  const header = (name: string) => field(name) ?? field(name.replace(/^x-amz-(acl|tagging)$/, "$1"))
  const needed = neededPermissions({ ...request, method: "PUT", key }, header)
  return needed.map((permission) => ({ ...permission, context: { ...permission.context, "s3:authType": "POST" } }))
}

/** Asks for every permission, so that each that is missing is reported. */
function firstDenied(caller: DataCaller, needed: readonly NeededPermission[]) {
  return needed
    .map((permission) => caller.may(permission))
    .find((permission): permission is Permission & { allowed: false } => !permission.allowed)
}
