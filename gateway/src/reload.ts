// Reads and serves a deployment, as a whole or not at all: the order of a start and of every reload.
import type { Backend } from "./backend.ts"
import { type LoadOptions, loadDefinition } from "./cloudformation/load-definition.ts"
import type { Definition } from "./definition/definition.ts"
import { createDeployment, type Deployment, type DeploymentOptions } from "./deployment/deployment.ts"
import type { Servers } from "./edge/servers.ts"
import type { Log } from "./foundation/log.ts"
import type { CompileSchema } from "./routes/models/message-models.ts"
import { restTemplateNotices } from "./routes/rest/api-runtime.ts"
import { templateNotices } from "./routes/websocket/api-runtime.ts"
import { loadOptional } from "./services/optional-packages.ts"

export type ReadOptions = DeploymentOptions & LoadOptions & { log: Log }

/** @throws GatewayError when the source cannot be read */
export async function readDeployment(source: string, options: ReadOptions): Promise<Deployment> {
  const { log } = options
  const definition = await loadDefinition(source, options)
  const compileSchema = hasModels(definition) ? await loadSchemaCompiler() : undefined
  const deployment = createDeployment(definition, { ...options, compileSchema })
  const ofTemplates = [
    ...[...deployment.webSocketApis.values()].flatMap(templateNotices),
    ...[...deployment.restApis.values()].flatMap(restTemplateNotices),
  ]
  const { access } = deployment
  for (const { logicalId, type, message, kind } of [...definition.notices, ...access.notices, ...ofTemplates]) {
    const event = kind === "advice" ? "Check before you deploy" : "Not served locally"
    log.warn(event, { message: `${logicalId} (${type}): ${message}` })
  }
  return deployment
}

function hasModels({ webSocketApis }: Definition): boolean {
  const deployments = webSocketApis.flatMap((api) => Object.values(api.deployments))
  return deployments.some(({ routes }) => Object.values(routes).some(({ models }) => models))
}

async function loadSchemaCompiler(): Promise<CompileSchema> {
  const need = { what: "Models", packages: ["ajv@8", "ajv-draft-04@1"] }
  return (await loadOptional(() => import("./routes/models/compile-schema.ts"), need)).compileSchema
}

/**
 * Every step that can fail comes first and is undone when a later one fails; the rest is synchronous.
 * @param setCurrent makes a deployment the one that requests are answered from
 * @throws GatewayError with nothing changed
 */
export async function serveDeployment(
  deployment: Deployment,
  { backend, servers, setCurrent }: { backend: Backend; servers: Servers; setCurrent(deployment: Deployment): void },
): Promise<void> {
  const { lambda, services, eventSources } = backend
  const { definition } = deployment
  await using undo = new AsyncDisposableStack()
  const functions = undo.adopt(lambda.prepare(definition.functions), (prepared) => prepared.discard())
  undo.use(await servers.openApis(deployment))
  await services.createResources(definition)
  await functions.installSdk()
  undo.move()

  const permitted = deployment.access.permittedDeliveries()
  setCurrent(deployment)
  // After the ports are open and the services run: it starts execution environments, which learn their addresses once.
  functions.commit()
  // Schedules begin when their functions can run.
  services.use({ ...definition, ...permitted })
  eventSources.update([...permitted.eventSourceMappings, ...permitted.streamMappings])
}
