// Who may do what with a document: its owner everything, the bearer of its shared link may watch it.
import { timingSafeEqual } from "node:crypto"
import type { Session } from "./session.ts"
import type { StoredDocument } from "./storage/document-item.ts"
import { hashOf } from "./storage/secret.ts"

type Access = Pick<StoredDocument, "ownerId" | "shareHash">

/** Without sign-in neither a document nor a request has a user. A document of a user stays the user's. */
export function isOwner({ ownerId }: Access, session: Session | undefined): boolean {
  return ownerId === session?.userId
}

/** Whether the session is of the owner, or the token is that of the document's shared link. */
export function mayWatch(document: Access, session: Session | undefined, shareToken: string | undefined): boolean {
  if (isOwner(document, session)) return true
  const { shareHash } = document
  if (session === undefined || shareToken === undefined || shareHash === undefined) return false
  return timingSafeEqual(Buffer.from(hashOf(shareToken)), Buffer.from(shareHash))
}
