// The messages between browser and Lambda functions: HTTP requests and responses, and WebSocket messages.
export * from "./documents.ts"
export * from "./insights.ts"
export * from "./messages.ts"
export * from "./progress.ts"
export * from "./search.ts"
