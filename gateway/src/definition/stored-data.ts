// The port through which the console reads and changes what tables, queues and buckets contain.

export type StoredItem = {
  /** The values of the primary key, as text. */
  key: string
  /** As plain JSON: `{ "id": "1", "pages": 40 }`. */
  item: Record<string, unknown>
}

export type ItemPage = {
  items: StoredItem[]
  /** How many items were read to find these. */
  scanned: number
  /** Continues the scan; absent at its end. */
  next?: string
}

export type QueueDepth = { visible: number; inFlight: number; delayed: number }

export type StoredMessage = {
  messageId: string
  state: "visible" | "in flight" | "delayed"
  body: string
  /** Milliseconds since the epoch. */
  sentAt: number
  receiveCount: number
  groupId?: string
  attributes: Record<string, string>
}

export type StoredObject = {
  key: string
  size: number
  /** Milliseconds since the epoch. */
  modifiedAt: number
}

export type ObjectPage = { objects: StoredObject[]; next?: string }

export type ObjectContent = { size: number | undefined; content: AsyncIterable<Uint8Array> }

/** Each rejects with a sentence for the user when the service runs elsewhere or rejects the request. */
export type StoredData = {
  /** @param filter words that an item contains; `name:text` is about one attribute */
  items(tableName: string, page: { filter: string; next?: string | undefined }): Promise<ItemPage>
  depth(queueArn: string): Promise<QueueDepth>
  /** The messages of a queue, which stay as they are: none is received. */
  messages(queueArn: string): Promise<StoredMessage[]>
  purge(queueArn: string): Promise<void>
  /** Moves the messages that are visible. @returns how many were moved */
  redrive(queueArn: string, targetArn: string): Promise<number>
  objects(bucketName: string, page: { prefix: string; next?: string | undefined }): Promise<ObjectPage>
  object(bucketName: string, key: string): Promise<ObjectContent>
}
