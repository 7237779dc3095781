// Reads and serves a deployment, as a whole or not at all: the order of a start and of every reload.
import type { Backend } from "./backend.ts"
import { type LoadOptions, loadDefinition } from "./cloudformation/load-definition.ts"
import type { Definition } from "./definition/definition.ts"
import { keyOf, type Origin } from "./definition/origin.ts"
import { createDeployment, type Deployment, type DeploymentOptions } from "./deployment/deployment.ts"
import type { Servers } from "./edge/servers.ts"
import type { Log } from "./foundation/log.ts"
import { createAccess } from "./iam/access.ts"
import type { PermittedDeliveries } from "./iam/deliveries.ts"
import type { CompileSchema } from "./routes/models/compile-model.ts"
import { restTemplateNotices } from "./routes/rest/api-runtime.ts"
import { webSocketTemplateNotices } from "./routes/websocket/api-runtime.ts"
import { loadOptional } from "./services/optional-packages.ts"

export type ReadOptions = DeploymentOptions & LoadOptions

/** @throws GatewayError when the source cannot be read */
export async function readDeployment(source: string, options: ReadOptions): Promise<Deployment> {
  const definition = await loadDefinition(source, options)
  return createDeployment(definition, { ...options, compileSchema: await loadSchemaCompiler(definition) })
}

/** Logs what is not served, and what may not work on AWS. */
function reportNotices({ access, definition, webSocketApis, restApis }: Deployment, log: Log): void {
  const ofTemplates = [
    ...[...webSocketApis.values()].flatMap(webSocketTemplateNotices),
    ...[...restApis.values()].flatMap(restTemplateNotices),
  ]
  for (const { logicalId, type, message, kind } of [...definition.notices, ...access.notices, ...ofTemplates]) {
    const event = kind === "advice" ? "Check before you deploy" : "Not served locally"
    log.warn(event, { message: `${logicalId} (${type}): ${message}` })
  }
}

/** @returns undefined when no API has models */
async function loadSchemaCompiler({ webSocketApis, restApis }: Definition): Promise<CompileSchema | undefined> {
  const deployments = webSocketApis.flatMap((api) => Object.values(api.deployments))
  const routes = [...deployments.flatMap((one) => Object.values(one.routes)), ...restApis.flatMap((api) => api.methods)]
  if (!routes.some(({ models }) => models)) return undefined
  const need = { what: "Models", packages: ["ajv@8", "ajv-draft-04@1"] }
  return (await loadOptional(() => import("./routes/models/compile-schema.ts"), need)).compileSchema
}

export type ServePorts = {
  backend: Backend
  servers: Servers
  /** The deployment that is served. Absent at the start. */
  previous: Deployment | undefined
  /** Reads the source again, with the attributes of the custom resources that exist now. */
  readAgain(): Promise<Deployment>
  /** Makes a deployment the one that requests are answered from. */
  setCurrent(deployment: Deployment): void
  accessOptions: Pick<DeploymentOptions, "mode" | "onDenied">
  log: Log
}

/**
 * Creates the custom resources of a deployment, and then serves it.
 * @throws GatewayError with what was served before still served
 */
export async function serveDeployment(first: Deployment, ports: ServePorts): Promise<void> {
  const { backend, previous, readAgain, setCurrent, log } = ports
  const { customResources, lambda } = backend
  let deployment = first
  let isProvisional = false
  const serveProvisionally = async () => {
    isProvisional = true
    await serveBackend(withPrevious(deployment, ports), ports)
  }
  try {
    while (await customResources.advance(deployment.definition, serveProvisionally)) deployment = await readAgain()
    reportNotices(deployment, log)
    await serveAll(deployment, ports)
  } catch (error) {
    if (isProvisional && previous) {
      setCurrent(previous)
      await serveBackend(previous, ports)
    }
    throw error
  }
  // The environments that created custom resources have no addresses of APIs and no values of the resources.
  if (isProvisional) lambda.expireEnvironments()
  await customResources.deleteReplaced()
}

/**
 * The deployment that serves custom resources while they are created. Its APIs and schedules are those of the previous
 * one, and so is every resource that is left out until its custom resources exist.
 */
function withPrevious(deployment: Deployment, { previous, accessOptions }: ServePorts): Deployment {
  const leftOut = new Set(deployment.definition.leftOut)
  const previousEntries = new Map<string, unknown>(Object.entries(previous?.definition ?? {}))
  const definition: Definition = {
    ...deployment.definition,
    ...Object.fromEntries(
      Object.entries(deployment.definition).map(([name, entries]) => {
        if (!Array.isArray(entries)) return [name, entries]
        const kept = ((previousEntries.get(name) ?? []) as Origin[]).filter((entry) => leftOut.has(keyOf(entry)))
        return [name, [...entries, ...kept]]
      }),
    ),
    rules: [
      ...deployment.definition.rules.filter(({ scheduleExpression }) => scheduleExpression === undefined),
      ...(previous?.definition.rules.filter(({ scheduleExpression }) => scheduleExpression !== undefined) ?? []),
    ],
    schedules: previous?.definition.schedules ?? [],
  }
  const { usagePlans = deployment.usagePlans, webSocketApis, httpApis, restApis } = previous ?? {}
  return {
    definition,
    access: createAccess(definition, accessOptions),
    usagePlans,
    webSocketApis: webSocketApis ?? new Map(),
    httpApis: httpApis ?? new Map(),
    restApis: restApis ?? new Map(),
  }
}

async function serveAll(deployment: Deployment, ports: ServePorts): Promise<void> {
  const openApis = () => ports.servers.openApis(deployment)
  const permitted = await serveBackend(deployment, ports, openApis)
  ports.backend.eventSources.update([...permitted.eventSourceMappings, ...permitted.streamMappings])
}

/**
 * Every step that can fail comes first and is undone when a later one fails; the rest is synchronous.
 * @param openApis opens the ports of the APIs, unless they are served later
 * @throws GatewayError with nothing changed
 */
async function serveBackend(
  deployment: Deployment,
  { backend: { lambda, services }, setCurrent }: ServePorts,
  openApis?: () => Promise<AsyncDisposable>,
): Promise<PermittedDeliveries> {
  const { definition } = deployment
  await using undo = new AsyncDisposableStack()
  const functions = undo.adopt(lambda.prepare(definition.functions), (prepared) => prepared.discard())
  if (openApis) undo.use(await openApis())
  await services.createResources(definition)
  await functions.installSdk()
  undo.move()

  const permitted = deployment.access.permittedDeliveries()
  setCurrent(deployment)
  // After the ports are open and the services run: it starts execution environments, which learn their addresses once.
  functions.commit()
  // Schedules begin when their functions can run.
  services.use({ ...definition, ...permitted })
  return permitted
}
