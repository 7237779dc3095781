// The stacks of the CDK app, and their order.
import { createRequire } from "node:module"
import { join } from "node:path"
import { App, type AppProps, type Stack } from "aws-cdk-lib"
import { ApiGatewayAccountStack } from "./api-gateway-account-stack.ts"
import { ApiGatewayStack } from "./api-gateway-stack.ts"
import { readConfig } from "./config.ts"
import { ConnectionHandlerStack } from "./connection-handler-stack.ts"
import { DocumentProcessingStack } from "./document-processing-stack.ts"
import { bundledCode } from "./lambda-code.ts"
import { MonitoringStack } from "./monitoring-stack.ts"
import { recognitionFiles } from "./recognition-files.ts"
import { repositoryRoot } from "./repository-root.ts"
import { SignInStack } from "./sign-in-stack.ts"
import { SignedInRoutesStack } from "./signed-in-routes-stack.ts"
import { StorageStack } from "./storage-stack.ts"
import { WebHostingStack } from "./web-hosting-stack.ts"
import { WebSocketApiStack } from "./websocket-api-stack.ts"

export type BuildOptions = {
  /** The built page: a folder with `index.html`. */
  webRoot?: string
  /** The code of the handler in `functions/src/{name}`; tests of templates pass a stub that needs no bundling. */
  codeOf?: typeof bundledCode
}

/**
 * Builds the system in one environment. Each stack may refer only to the stacks before it. The order is also declared to
 * CDK, so that a deployment follows it even where there is no reference.
 */
export function buildApp(
  props: AppProps,
  { webRoot = join(repositoryRoot, "web", "dist"), codeOf = bundledCode }: BuildOptions = {},
) {
  const app = new App(props)
  const environment = readConfig(app.node.getAllContext())

  const account = environment.config.manage_api_gateway_account ? [new ApiGatewayAccountStack(app)] : []
  const storage = new StorageStack(app, environment)
  const signIn = environment.config.sign_in === "cognito" ? new SignInStack(app, environment) : undefined
  const handler = new ConnectionHandlerStack(app, {
    ...environment,
    storage,
    code: codeOf("connection-handler"),
    authorizerCode: () => codeOf("ticket-authorizer"),
  })
  const webSocketApi = new WebSocketApiStack(app, environment)
  webSocketApi.configureWebSocketRoutes({
    connectionHandlerLambda: handler.connectionHandler,
    ticketAuthorizerLambda: handler.ticketAuthorizer,
  })
  webSocketApi.addWebSocketUrlOutput()
  const processing = new DocumentProcessingStack(app, {
    ...environment,
    storage,
    webSocketApi,
    code: codeOf("document-processor", [pdfiumWasm()]),
    watchdogCode: codeOf("document-watchdog"),
    notifierCode: codeOf("progress-notifier"),
    recognizerCode: () => codeOf("text-recognizer", [pdfiumWasm(), ...recognitionFiles(environment)]),
  })
  const httpApi = new ApiGatewayStack(app, {
    ...environment,
    storage,
    webSocketApi,
    code: codeOf("documents-api"),
    thumbnailsCode: codeOf("page-thumbnails", [pdfiumWasm()]),
  })
  // CloudFormation rejects an empty stack, so without hosting there is none.
  const hosting =
    environment.config.hosting === "none"
      ? undefined
      : new WebHostingStack(app, { ...environment, storage, webSocketApi, httpApi, signIn, webRoot })
  const pageClient = hosting?.signInClient
  const routes = signIn && new SignedInRoutesStack(app, { ...environment, signIn, httpApi, pageClient })
  const monitoring = new MonitoringStack(app, { ...environment, storage, handler, webSocketApi, processing, httpApi })
  const inOrder = [storage, signIn, handler, webSocketApi, processing, httpApi, hosting, routes, monitoring]
  declareOrder([...account, ...inOrder.filter((stack) => stack !== undefined)])
  return { app, storage, handler, webSocketApi, processing, httpApi, routes, monitoring }
}

function declareOrder(stacks: readonly Stack[]): void {
  for (const [index, stack] of stacks.entries()) {
    const before = stacks[index - 1]
    if (before) stack.addStackDependency(before, "stacks are deployed one after the other")
  }
}

/** PDFium loads its WebAssembly from the folder of the running file, which in a bundle is that of index.mjs. */
function pdfiumWasm(): string {
  return createRequire(join(repositoryRoot, "functions", "package.json")).resolve("@hyzyla/pdfium/pdfium.wasm")
}
