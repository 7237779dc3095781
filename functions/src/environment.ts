// The only file of the functions that reads environment variables: what the stack tells each function.

/** Tables that every function needs. */
export type TableNames = { documentsTableName: string; watchersTableName: string }

/** @throws Error naming the variable that is missing or malformed; it fails the cold start, where a deployment mistake belongs. */
export function connectionHandlerEnvironment(): TableNames {
  return tableNames()
}

export function documentProcessorEnvironment(): TableNames & { callbackUrl: string; maxReceiveCount: number } {
  const maxReceiveCount = Number(required("MAX_RECEIVE_COUNT"))
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1) {
    throw new Error("MAX_RECEIVE_COUNT must be a whole number of at least 1: the upload queue's maxReceiveCount.")
  }
  return { ...tableNames(), callbackUrl: required("WEBSOCKET_CALLBACK_URL"), maxReceiveCount }
}

export function documentsApiEnvironment(): TableNames & { bucketName: string } {
  return { ...tableNames(), bucketName: required("DOCUMENTS_BUCKET_NAME") }
}

function tableNames(): TableNames {
  return { documentsTableName: required("DOCUMENTS_TABLE_NAME"), watchersTableName: required("WATCHERS_TABLE_NAME") }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`The environment variable ${name} is not set. Set it on this function in the stack.`)
  return value
}
