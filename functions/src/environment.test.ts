// The environment variables of the functions: their names, and the errors for missing and malformed ones.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import {
  connectionHandlerEnvironment,
  documentProcessorEnvironment,
  documentsApiEnvironment,
  documentWatchdogEnvironment,
  notifierEnvironment,
  pageThumbnailsEnvironment,
  progressNotifierEnvironment,
  textRecognizerEnvironment,
  ticketAuthorizerEnvironment,
} from "./environment.ts"

const variables: Record<string, string> = {
  DOCUMENTS_TABLE_NAME: "documents",
  WATCHERS_TABLE_NAME: "watchers",
  DOCUMENTS_BUCKET_NAME: "bucket",
  WEBSOCKET_CALLBACK_URL: "https://callback",
  UPLOAD_QUEUE_URL: "https://uploads",
  PUSH_QUEUE_URL: "https://pushes",
  POSTS_PER_SECOND: "400",
  SHARED_POSTS_PER_SECOND: "6000",
  UPLOAD_DEADLINE_QUEUE_URL: "https://deadlines",
  MAX_ATTEMPTS: "3",
  MAX_CONTINUATIONS: "0",
  MAX_RECEIVE_COUNT: "10",
  CLAIM_SECONDS: "60",
  MAX_DOCUMENT_BYTES: "50000000",
  SIGN_IN: "cognito",
  TICKETS_TABLE_NAME: "tickets",
}

beforeEach(() => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const tables = { documentsTableName: "documents", watchersTableName: "watchers" }
const resources = { bucketName: "bucket", uploadDeadlineQueueUrl: "https://deadlines" }

test("every function reads its own variables", () => {
  expect(connectionHandlerEnvironment()).toEqual({ ...tables, requiresSignIn: true })
  expect(ticketAuthorizerEnvironment()).toEqual({ ticketsTableName: "tickets" })
  expect(documentsApiEnvironment()).toEqual({
    ...tables,
    acceptsImages: false,
    ...resources,
    uploadQueueUrl: "https://uploads",
    maxDocumentBytes: 50_000_000,
    ticketsTableName: "tickets",
  })
  expect(documentWatchdogEnvironment()).toEqual({ ...tables, ...resources })
  expect(documentProcessorEnvironment()).toEqual({
    ...tables,
    bucketName: "bucket",
    uploadQueueUrl: "https://uploads",
    maxAttempts: 3,
    maxContinuations: 0,
    maxReceiveCount: 10,
    claimSeconds: 60,
  })
  const pushing = { callbackUrl: "https://callback", pushQueueUrl: "https://pushes", postsPerSecond: 400 }
  expect(notifierEnvironment()).toEqual({ ...pushing, sharedPostsPerSecond: 6000 })
  expect(progressNotifierEnvironment()).toEqual({ ...pushing, watchersTableName: "watchers" })
})

describe("sign-in", () => {
  test("that is none needs no tickets table", () => {
    vi.stubEnv("SIGN_IN", "none")
    vi.stubEnv("TICKETS_TABLE_NAME", undefined)
    expect(connectionHandlerEnvironment().requiresSignIn).toBe(false)
    expect(documentsApiEnvironment().ticketsTableName).toBe(undefined)
  })

  test("that is misspelled fails the cold start, and does not open the system", () => {
    vi.stubEnv("SIGN_IN", "Cognito")
    const message = 'The environment variable SIGN_IN is "Cognito": it must be none or cognito.'
    expect(connectionHandlerEnvironment).toThrow(message)
    expect(documentsApiEnvironment).toThrow(message)
  })
})

describe("text recognition", () => {
  test("is off without its variables", () => {
    expect(documentProcessorEnvironment().recognition).toBeUndefined()
  })

  test("has its function, its languages and its limits", () => {
    vi.stubEnv("TEXT_RECOGNIZER_NAME", "text-recognizer")
    vi.stubEnv("OCR_PAGES_AT_A_TIME", "2")
    vi.stubEnv("OCR_TIMEOUT_SECONDS", "60")
    vi.stubEnv("OCR_LANGUAGES", "eng")
    const recognition = { functionName: "text-recognizer", pagesAtATime: 2, timeoutSeconds: 60 }
    expect(documentProcessorEnvironment().recognition).toEqual(recognition)
    expect(documentsApiEnvironment().acceptsImages).toBe(true)
    expect(textRecognizerEnvironment()).toEqual({ bucketName: "bucket", languages: "eng" })
  })
})

describe("a variable that is missing or empty is named", () => {
  const cases: [string, () => unknown][] = [
    ["DOCUMENTS_TABLE_NAME", connectionHandlerEnvironment],
    ["WATCHERS_TABLE_NAME", connectionHandlerEnvironment],
    ["DOCUMENTS_BUCKET_NAME", documentsApiEnvironment],
    ["DOCUMENTS_BUCKET_NAME", documentProcessorEnvironment],
    ["UPLOAD_DEADLINE_QUEUE_URL", documentWatchdogEnvironment],
    ["WEBSOCKET_CALLBACK_URL", notifierEnvironment],
    ["PUSH_QUEUE_URL", progressNotifierEnvironment],
    ["POSTS_PER_SECOND", progressNotifierEnvironment],
    ["SHARED_POSTS_PER_SECOND", notifierEnvironment],
    ["UPLOAD_QUEUE_URL", documentProcessorEnvironment],
    ["UPLOAD_QUEUE_URL", documentsApiEnvironment],
    ["MAX_ATTEMPTS", documentProcessorEnvironment],
    ["MAX_RECEIVE_COUNT", documentProcessorEnvironment],
    ["CLAIM_SECONDS", documentProcessorEnvironment],
    ["SIGN_IN", connectionHandlerEnvironment],
    ["SIGN_IN", documentsApiEnvironment],
    ["TICKETS_TABLE_NAME", documentsApiEnvironment],
    ["TICKETS_TABLE_NAME", ticketAuthorizerEnvironment],
    ["OCR_LANGUAGES", textRecognizerEnvironment],
    ["SIGN_IN", pageThumbnailsEnvironment],
  ]
  test.each(cases)("%s", (name, read) => {
    const message = `The environment variable ${name} is not set. Set it on this function in the stack.`
    vi.stubEnv(name, undefined)
    expect(read).toThrow(message)
    vi.stubEnv(name, "")
    expect(read).toThrow(message)
  })
})

describe("a variable that is not a whole number of at least 1 is rejected with its value", () => {
  test.each(["0", "-1", "1.5", "three"])("%s", (value) => {
    vi.stubEnv("CLAIM_SECONDS", value)
    expect(documentProcessorEnvironment).toThrow(
      `The environment variable CLAIM_SECONDS is "${value}": it must be a whole number of at least 1.`,
    )
  })

  test("1 is accepted", () => {
    vi.stubEnv("MAX_ATTEMPTS", "1")
    expect(documentProcessorEnvironment().maxAttempts).toBe(1)
  })
})
