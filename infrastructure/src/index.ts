// The public API of the infrastructure package: synthesis, settings and bundling. Nothing here loads CDK.
export { bundleOptions } from "./bundle-options.ts"
export { ConfigError, readConfig } from "./config.ts"
export { apiGatewayAccountStackName } from "./stack-names.ts"
export { type SynthesizeOptions, synthesize } from "./synthesize.ts"
