// The door of the protocol: everything that browser and Lambda functions say to each other, in four files.
export * from "./documents.ts"
export * from "./insights.ts"
export * from "./messages.ts"
export * from "./progress.ts"
