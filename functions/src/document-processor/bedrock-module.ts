// The entry point of the Bedrock engine, bundled beside the handler under its own name.
export { createBedrockEngine } from "./summary/bedrock-engine.ts"
