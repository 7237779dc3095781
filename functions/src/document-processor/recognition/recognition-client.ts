// Has the text recognizer read pages: invokes it with the number of a page and waits for the text.
import { randomUUID } from "node:crypto"
import type { Logger } from "@aws-lambda-powertools/logger"
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda"
import type { RecognitionRequest, RecognitionResponse } from "../../text-recognizer/recognition-request.ts"

export type RecognitionSettings = { functionName: string; pagesAtATime: number; timeoutSeconds: number }

/** Recognizes text in the pages of one document. */
export type Recognition = {
  pagesAtATime: number
  /** @returns undefined when the page could not be recognized, which is logged. Never rejects. */
  recognize(page: number, signal: AbortSignal): Promise<string | undefined>
}

export type DocumentToRecognize = {
  documentId: string
  password?: string | undefined
  /** The time for this and the next pages. */
  remainingMs(): number
}

export type RecognitionClient = ReturnType<typeof createRecognitionClient>

/** For the way to the function and its cold start, which its timeout does not include. */
const overheadMs = 5_000
/** Pages are no longer recognized when less time than this is left, so that the document completes without their text. */
const minRemainingMs = 3_000

export function createRecognitionClient(
  client: Pick<LambdaClient, "send">,
  { functionName, pagesAtATime, timeoutSeconds }: RecognitionSettings,
  logger: Pick<Logger, "warn">,
) {
  async function invoke(request: RecognitionRequest, abortSignal: AbortSignal): Promise<string> {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) })
    const { FunctionError, Payload } = await client.send(command, { abortSignal })
    const payload = JSON.parse(Payload?.transformToString() ?? "null")
    if (FunctionError) throw new Error(`The text recognizer failed: ${payload?.errorMessage ?? FunctionError}`)
    return (payload as RecognitionResponse).text
  }

  return function forDocument({ documentId, password, remainingMs }: DocumentToRecognize): Recognition {
    const readingId = randomUUID()
    return {
      pagesAtATime,
      async recognize(page, signal) {
        const timeoutMs = Math.min(timeoutSeconds * 1000 + overheadMs, remainingMs())
        try {
          if (timeoutMs < minRemainingMs) throw new Error("No time is left to recognize this page.")
          const signals = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
          return await invoke({ documentId, page, readingId, ...(password !== undefined && { password }) }, signals)
        } catch (error) {
          if (!signal.aborted) logger.warn("page not recognized", { page, error: error as Error })
          return undefined
        }
      },
    }
  }
}
