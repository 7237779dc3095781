// The infrastructure package's door: synthesizing, and the bundling that a reload repeats.
export { ConfigError, readConfig } from "./config.ts"
export { bundleOptions } from "./lambda-code.ts"
export { type SynthesizeOptions, synthesize } from "./synthesize.ts"
