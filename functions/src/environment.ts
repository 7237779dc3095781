// The only file of the functions that reads environment variables: what the stack configures for each function.

/** Tables that every function needs. */
export type TableNames = { documentsTableName: string; watchersTableName: string }

/** What a function needs to notify watchers: the rates are posts to @connections per second. */
export type NotifierEnvironment = {
  callbackUrl: string
  pushQueueUrl: string
  /** Of one invocation of this function. */
  postsPerSecond: number
  /** Of all invocations of `progress-notifier` together. */
  sharedPostsPerSecond: number
}

export type ProcessorEnvironment = TableNames & {
  bucketName: string
  uploadQueueUrl: string
  maxAttempts: number
  maxContinuations: number
  maxReceiveCount: number
  claimSeconds: number
  /** Undefined when text recognition is off. */
  recognition: { functionName: string; pagesAtATime: number; timeoutSeconds: number } | undefined
  /** The model of Amazon Bedrock that writes summaries; undefined when they are quoted from the documents. */
  summaryModel: string | undefined
}

/** @throws Error naming the variable that is missing or malformed; it fails the cold start, where a deployment mistake belongs. */
export function connectionHandlerEnvironment(): TableNames & { requiresSignIn: boolean } {
  return { ...tableNames(), requiresSignIn: requiresSignIn() }
}

export function ticketAuthorizerEnvironment(): { ticketsTableName: string } {
  return { ticketsTableName: required("TICKETS_TABLE_NAME") }
}

export function documentProcessorEnvironment(): ProcessorEnvironment {
  return {
    ...tableNames(),
    bucketName: required("DOCUMENTS_BUCKET_NAME"),
    uploadQueueUrl: required("UPLOAD_QUEUE_URL"),
    maxAttempts: wholeNumber("MAX_ATTEMPTS", required("MAX_ATTEMPTS")),
    maxContinuations: wholeNumber("MAX_CONTINUATIONS", required("MAX_CONTINUATIONS"), 0),
    maxReceiveCount: wholeNumber("MAX_RECEIVE_COUNT", required("MAX_RECEIVE_COUNT")),
    claimSeconds: wholeNumber("CLAIM_SECONDS", required("CLAIM_SECONDS")),
    recognition: recognitionEnvironment(),
    summaryModel: process.env.SUMMARY_MODEL,
  }
}

function recognitionEnvironment(): ProcessorEnvironment["recognition"] {
  const functionName = process.env.TEXT_RECOGNIZER_NAME
  if (!functionName) return undefined
  return {
    functionName,
    pagesAtATime: wholeNumber("OCR_PAGES_AT_A_TIME", required("OCR_PAGES_AT_A_TIME")),
    timeoutSeconds: wholeNumber("OCR_TIMEOUT_SECONDS", required("OCR_TIMEOUT_SECONDS")),
  }
}

/** `languages` are those of Tesseract, such as "eng+deu". */
export function textRecognizerEnvironment(): { bucketName: string; languages: string } {
  return { bucketName: required("DOCUMENTS_BUCKET_NAME"), languages: required("OCR_LANGUAGES") }
}

export function notifierEnvironment(): NotifierEnvironment {
  return {
    callbackUrl: required("WEBSOCKET_CALLBACK_URL"),
    pushQueueUrl: required("PUSH_QUEUE_URL"),
    postsPerSecond: wholeNumber("POSTS_PER_SECOND", required("POSTS_PER_SECOND")),
    sharedPostsPerSecond: wholeNumber("SHARED_POSTS_PER_SECOND", required("SHARED_POSTS_PER_SECOND")),
  }
}

export function progressNotifierEnvironment(): Omit<NotifierEnvironment, "sharedPostsPerSecond"> & {
  watchersTableName: string
} {
  return {
    watchersTableName: required("WATCHERS_TABLE_NAME"),
    callbackUrl: required("WEBSOCKET_CALLBACK_URL"),
    pushQueueUrl: required("PUSH_QUEUE_URL"),
    postsPerSecond: wholeNumber("POSTS_PER_SECOND", required("POSTS_PER_SECOND")),
  }
}

export function documentWatchdogEnvironment(): TableNames & {
  bucketName: string
  uploadDeadlineQueueUrl: string
} {
  return {
    ...tableNames(),
    bucketName: required("DOCUMENTS_BUCKET_NAME"),
    uploadDeadlineQueueUrl: required("UPLOAD_DEADLINE_QUEUE_URL"),
  }
}

export function pageThumbnailsEnvironment(): {
  documentsTableName: string
  bucketName: string
  requiresSignIn: boolean
} {
  return {
    documentsTableName: required("DOCUMENTS_TABLE_NAME"),
    bucketName: required("DOCUMENTS_BUCKET_NAME"),
    requiresSignIn: requiresSignIn(),
  }
}

/** `ticketsTableName` is undefined without sign-in. */
export function documentsApiEnvironment(): TableNames & {
  bucketName: string
  uploadDeadlineQueueUrl: string
  uploadQueueUrl: string
  maxDocumentBytes: number
  /** Whether text in images is recognized. */
  acceptsImages: boolean
  ticketsTableName: string | undefined
} {
  return {
    ...tableNames(),
    bucketName: required("DOCUMENTS_BUCKET_NAME"),
    uploadDeadlineQueueUrl: required("UPLOAD_DEADLINE_QUEUE_URL"),
    uploadQueueUrl: required("UPLOAD_QUEUE_URL"),
    maxDocumentBytes: wholeNumber("MAX_DOCUMENT_BYTES", required("MAX_DOCUMENT_BYTES")),
    acceptsImages: process.env.OCR_LANGUAGES !== undefined,
    ticketsTableName: requiresSignIn() ? required("TICKETS_TABLE_NAME") : undefined,
  }
}

/** Any other value is a mistake: a system that should require sign-in must not be open because of a typing error. */
function requiresSignIn(): boolean {
  const value = required("SIGN_IN")
  if (value === "none" || value === "cognito") return value === "cognito"
  throw new Error(`The environment variable SIGN_IN is ${JSON.stringify(value)}: it must be none or cognito.`)
}

function tableNames(): TableNames {
  return { documentsTableName: required("DOCUMENTS_TABLE_NAME"), watchersTableName: required("WATCHERS_TABLE_NAME") }
}

function wholeNumber(name: string, text: string, least = 1): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least) return value
  throw new Error(
    `The environment variable ${name} is ${JSON.stringify(text)}: it must be a whole number of at least ${least}.`,
  )
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`The environment variable ${name} is not set. Set it on this function in the stack.`)
  return value
}
