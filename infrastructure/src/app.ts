// The CDK app: CDK runs this file, `node infrastructure/src/app.ts`. build-app.ts has its stacks.
import { ConfigError, readConfig } from "./config.ts"
import { readContext } from "./synthesize.ts"

try {
  // The context that the CDK CLI and `synthesize` pass in the environment overrides cdk.json.
  const context = readContext()
  const given = contextOfEnvironment()
  // Before CDK is loaded, which takes most of the time until a wrong setting is reported.
  if (given !== undefined) readConfig({ ...context, ...given })
  const { buildApp } = await import("./build-app.ts")
  // With autoSynth, CDK would write an incomplete assembly when the app fails to build.
  buildApp({ context, autoSynth: false }).app.synth()
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`)
  process.exitCode = 1
}

/** Undefined when a part of the context is in a file, because it is too large for the environment. */
function contextOfEnvironment(): Record<string, unknown> | undefined {
  // biome-ignore lint/style/noProcessEnv: the CDK CLI and `synthesize` pass the context in the environment
  const { CDK_CONTEXT_JSON = "{}", CONTEXT_OVERFLOW_LOCATION_ENV } = process.env
  return CONTEXT_OVERFLOW_LOCATION_ENV === undefined ? JSON.parse(CDK_CONTEXT_JSON) : undefined
}
