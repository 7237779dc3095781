// The infrastructure package's door: synthesizing, and the bundling that a reload repeats. Nothing here loads CDK.
export { bundleOptions } from "./bundle-options.ts"
export { ConfigError, readConfig } from "./config.ts"
export { type SynthesizeOptions, synthesize } from "./synthesize.ts"
