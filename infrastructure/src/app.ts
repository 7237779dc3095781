// Which stacks exist, and in which order they stand. Also what CDK runs: `node infrastructure/src/app.ts`.
import { createRequire } from "node:module"
import { join } from "node:path"
import { App, type AppProps, type Stack } from "aws-cdk-lib"
import { ApiGatewayStack } from "./api-gateway-stack.ts"
import { ConfigError, readConfig } from "./config.ts"
import { ConnectionHandlerStack } from "./connection-handler-stack.ts"
import { DocumentProcessingStack } from "./document-processing-stack.ts"
import { bundledCode } from "./lambda-code.ts"
import { MonitoringStack } from "./monitoring-stack.ts"
import { repositoryRoot } from "./repository-root.ts"
import { StorageStack } from "./storage-stack.ts"
import { readContext } from "./synthesize.ts"
import { WebHostingStack } from "./web-hosting-stack.ts"
import { WebSocketApiStack } from "./websocket-api-stack.ts"

export type BuildOptions = {
  /** The built page: a folder with `index.html`. */
  webRoot?: string
  /** The code of the handler in `functions/src/{name}`; tests of templates give something quicker than a bundle. */
  codeOf?: typeof bundledCode
}

/**
 * Builds the system in one environment. Each stack may refer to those before it and to none after it; the order is
 * also declared to CloudFormation, so that a deployment goes through it even where nothing is referred to.
 */
export function buildApp(
  props: AppProps,
  { webRoot = join(repositoryRoot, "web", "dist"), codeOf = bundledCode }: BuildOptions = {},
) {
  const app = new App(props)
  const environment = readConfig(app.node.getAllContext())

  const storage = new StorageStack(app, environment)
  const handler = new ConnectionHandlerStack(app, { ...environment, storage, code: codeOf("connection-handler") })
  const webSocketApi = new WebSocketApiStack(app, environment)
  webSocketApi.configureWebSocketRoutes({ connectionHandlerLambda: handler.connectionHandler })
  webSocketApi.addWebSocketUrlOutput()
  const processorCode = codeOf("document-processor", [pdfiumWasm()])
  const processing = new DocumentProcessingStack(app, { ...environment, storage, webSocketApi, code: processorCode })
  const httpApi = new ApiGatewayStack(app, { ...environment, storage, code: codeOf("documents-api") })
  // CloudFormation deploys no empty stack, so without hosting there is none.
  const hosted = environment.config.hosting !== "none"
  const hosting = hosted ? [new WebHostingStack(app, { ...environment, webSocketApi, httpApi, webRoot })] : []
  const monitoring = new MonitoringStack(app, { ...environment, storage, handler, webSocketApi, processing, httpApi })
  standInOrder(storage, handler, webSocketApi, processing, httpApi, ...hosting, monitoring)
  return { app, storage, handler, webSocketApi, processing, httpApi, monitoring }
}

function standInOrder(first: Stack, ...rest: Stack[]): void {
  rest.reduce((before, after) => {
    after.addStackDependency(before, "stacks stand one after the other")
    return after
  }, first)
}

/** PDFium looks for its WebAssembly beside the file it runs in, which in a bundle is index.mjs. */
function pdfiumWasm(): string {
  return createRequire(join(repositoryRoot, "functions", "package.json")).resolve("@hyzyla/pdfium/pdfium.wasm")
}

// What CDK's command line and `synthesize` hand over in the environment wins over what cdk.json says.
if (import.meta.main) {
  try {
    // With autoSynth, CDK would write what there is of an app whose building failed.
    buildApp({ context: readContext(), autoSynth: false }).app.synth()
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`)
    process.exitCode = 1
  }
}
