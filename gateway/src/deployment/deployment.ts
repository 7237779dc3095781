// Creates what is served from a definition. A reload replaces it as a whole.
// AWS: open connections stay, and their later messages use the new deployment (deploy-socket-stays)
import type { Definition } from "../definition/definition.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { type Access, createAccess } from "../iam/access.ts"
import type { AccessMode, Denial } from "../iam/denial.ts"
import type { DeployedApis } from "../routes/deployed-apis.ts"
import { createHttpApi } from "../routes/http/api-runtime.ts"
import type { CompileSchema } from "../routes/models/compile-model.ts"
import { createRestApi } from "../routes/rest/api-runtime.ts"
import { createUsagePlans, type UsagePlans } from "../routes/throttling/usage-plans.ts"
import { createWebSocketApi } from "../routes/websocket/api-runtime.ts"

export type Deployment = DeployedApis & { access: Access; usagePlans: UsagePlans }

export type DeploymentOptions = { clock: Clock; quotas: Quotas; mode: AccessMode; onDenied(denial: Denial): void }

/** @param options.compileSchema needed when an API has models */
export function createDeployment(
  definition: Definition,
  options: DeploymentOptions & { compileSchema?: CompileSchema | undefined },
): Deployment {
  return {
    definition,
    access: createAccess(definition, options),
    usagePlans: createUsagePlans(definition.usagePlans, options),
    webSocketApis: new Map(definition.webSocketApis.map((api) => [api.apiId, createWebSocketApi(api, options)])),
    httpApis: new Map(definition.httpApis.map((api) => [api.apiId, createHttpApi(api, options)])),
    restApis: new Map(definition.restApis.map((api) => [api.apiId, createRestApi(api, options)])),
  }
}

/** `codePath`: the folder or archive of the code; absent for inline code. */
export type DeployedFunction = { functionName: string; codePath?: string }

export function deployedFunctions({ functions }: Definition): DeployedFunction[] {
  return functions.map(({ functionName, code }) =>
    code.form === "inline" ? { functionName } : { functionName, codePath: code.path },
  )
}
