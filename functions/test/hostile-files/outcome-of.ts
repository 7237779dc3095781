// Reads a hostile file in this process, and returns how that ends.
import { DocumentError } from "../../src/document-processor/document-error.ts"
import { processDocument } from "../../src/document-processor/process-document.ts"
import type { HostileFile } from "./hostile-file.ts"

export async function outcomeOf({ make, contentType }: HostileFile): Promise<string> {
  try {
    const reading = processDocument({ bytes: await make(), contentType, isOutOfTime: () => false })
    for (let step = await reading.next(); !step.done; step = await reading.next());
    return "complete"
  } catch (error) {
    if (error instanceof DocumentError) return error.errorCode
    throw error
  }
}
