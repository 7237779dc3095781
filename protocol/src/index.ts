// --- on the WebSocket ---

// --- over HTTP ---
export * from "./documents.ts"
export * from "./insights.ts"
export * from "./messages.ts"
export * from "./progress.ts"
