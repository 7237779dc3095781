// The page's Content-Security-Policy header, the same on CloudFront and on App Runner.

export type PageOrigins = {
  /** `wss://{host}` of the WebSocket API. */
  webSocket: string
  /** `https://{host}` of the HTTP API. */
  httpApi: string
  /** `https://{host}` of the bucket that presigned uploads are sent to. */
  uploads: string
  /** `https://{host}` of the token endpoint, with sign-in. */
  signIn?: string | undefined
}

/** Allows the page's own files, and connections to exactly these hosts. */
export function contentSecurityPolicy({ webSocket, httpApi, uploads, signIn }: PageOrigins): string {
  return [
    "default-src 'self'",
    `connect-src 'self' ${httpApi} ${webSocket} ${uploads}${signIn === undefined ? "" : ` ${signIn}`}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ")
}
