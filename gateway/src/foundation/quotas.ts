// API Gateway's fixed numbers as values, so that tests and users can shorten them.

export type Quotas = {
  /** AWS: 10 minutes without a message in either direction. [doc: limits table] */
  idleTimeoutMs: number
  /** AWS: 2 hours at most. [doc: limits table] */
  connectionDurationMs: number
  /** AWS: a larger WebSocket frame closes with 1009. [doc: limits table] */
  maxFrameBytes: number
  /** AWS: a larger message closes with 1009; also the limit of a POST to @connections. [doc: limits table] */
  maxMessageBytes: number
  /** AWS: characters of the handshake's URL. [doc: limits table] */
  maxUrlLength: number
  /** AWS: new connections per second, per account and region. [doc: limits] */
  newConnectionsPerSecond: number
  /** AWS: requests per second of all APIs of the account and region together. [doc: limits] */
  accountRateLimit: number
  /** AWS: the bucket of that throttle. [doc: limits] */
  accountBurstLimit: number
  /** AWS: what an authorizer may return, in bytes. [doc: limits table] */
  maxAuthorizerResultBytes: number
  /** AWS?: how much is buffered for a slow receiver before a POST answers 429. [post-buffer-full] */
  maxSendBufferBytes: number
  /** AWS?: how long a client may take to answer a close frame. [disconnect-unanswered] */
  closeTimeoutMs: number
}

export const awsQuotas: Quotas = {
  idleTimeoutMs: 10 * 60_000,
  connectionDurationMs: 2 * 60 * 60_000,
  maxFrameBytes: 32 * 1024,
  maxMessageBytes: 128 * 1024,
  maxUrlLength: 4096,
  newConnectionsPerSecond: 500,
  accountRateLimit: 10_000,
  accountBurstLimit: 5_000,
  maxAuthorizerResultBytes: 8 * 1024,
  maxSendBufferBytes: 4 * 1024 * 1024,
  closeTimeoutMs: 3_000,
}
