// The message of an error for a person.
import { DocumentError } from "@document-insight/client"

export function messageOf(error: unknown): string {
  return error instanceof DocumentError ? error.message : "Something unexpected went wrong. Try again."
}
