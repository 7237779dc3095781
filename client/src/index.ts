// The public API for browsers and Node.js. The React hooks are in `./react`.
export type {
  CreateDocumentRequest,
  CreateDocumentResponse,
  DocumentResponse,
  Insights,
  PageResponse,
  Progress,
  SearchResponse,
} from "@document-insight/protocol"
export { DocumentError, type DocumentErrorReason } from "./document-error.ts"
export {
  createDocumentsClient,
  type DocumentsClient,
  type DocumentsClientOptions,
  type SignedInClient,
  type UploadOptions,
} from "./documents-client.ts"
export { ProgressClient, type ProgressClientOptions, type ProgressListener, type Store } from "./progress-client.ts"
export type { ConnectionAttempts, ConnectionState, ReconnectingSocketTimings } from "./reconnecting-socket.ts"
export { Session, type SessionOptions, type SessionState, type SessionStorage } from "./sign-in/session.ts"
export type { User } from "./sign-in/tokens.ts"
