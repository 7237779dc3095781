// The quotas of API Gateway as values, so that tests and users can lower them.

export type Quotas = {
  /** AWS: ten minutes without a message in either direction (limit-idle) */
  idleTimeoutMs: number
  /** AWS: a connection lasts two hours at most (limit-lifetime) */
  connectionDurationMs: number
  /** AWS: a larger frame closes with 1009 (limit-frame-exceeded) */
  maxFrameBytes: number
  /** AWS: a larger message closes with 1009, a larger POST is a 413 (limit-message-exceeded, post-too-large) */
  maxMessageBytes: number
  /** AWS: characters of the URL of a handshake (handshake-url-at-limit) */
  maxUrlLength: number
  /** AWS: new connections per second, per account and region (throttle-new-connections-rate) */
  newConnectionsPerSecond: number
  /** AWS: requests per second of all APIs of the account in a region (throttle-account) */
  accountRateLimit: number
  /** AWS: the size of that bucket (throttle-account) */
  accountBurstLimit: number
  /** AWS: bytes of the result of an authorizer (permissions-authorizer-failure) */
  maxAuthorizerResultBytes: number
  /** AWS?: bytes that are buffered for a slow client before a POST is a 429 (post-buffer-full) */
  maxSendBufferBytes: number
  /** AWS?: bytes that all slow readers, and all slow senders, keep before one is disconnected (limit-slow-clients) */
  maxSlowClientBytes: number
  /** AWS?: time in which a client reads some of what waits for it, or completes a message (disconnect-slow-reader) */
  slowClientTimeoutMs: number
  /** AWS?: time in which the head of a request arrives, also of a handshake (limit-slow-request) */
  requestHeadTimeoutMs: number
  /** AWS?: time in which all of a request arrives (limit-slow-request) */
  requestTimeoutMs: number
  /** Differs: connections per port that have not sent the head of a request (limit-pending-requests) */
  maxPendingRequests: number
  /** Differs: bytes of all requests and responses that are being handled (limit-request-memory) */
  maxRequestMemoryBytes: number
  /** AWS?: time in which a client confirms the close frame (disconnect-unanswered) */
  closeTimeoutMs: number
  /** Differs: how long a close of the gateway waits for running functions, which are then killed (closing-kills) */
  drainTimeoutMs: number
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
  maxSendBufferBytes: 1024 * 1024,
  maxSlowClientBytes: 64 * 1024 * 1024,
  slowClientTimeoutMs: 30_000,
  requestHeadTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  maxPendingRequests: 1_000,
  maxRequestMemoryBytes: 256 * 1024 * 1024,
  closeTimeoutMs: 3_000,
  drainTimeoutMs: 29_000,
}
