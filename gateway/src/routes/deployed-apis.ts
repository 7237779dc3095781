// The APIs of a deployment, with what their requests share: throttles, compiled templates, caches.
import type { Definition } from "../definition/definition.ts"
import type { HttpApiRuntime } from "./http/api-runtime.ts"
import type { RestApiRuntime } from "./rest/api-runtime.ts"
import type { WebSocketApiRuntime } from "./websocket/api-runtime.ts"

/** The APIs are by API id. */
export type DeployedApis = {
  definition: Definition
  webSocketApis: ReadonlyMap<string, WebSocketApiRuntime>
  httpApis: ReadonlyMap<string, HttpApiRuntime>
  restApis: ReadonlyMap<string, RestApiRuntime>
}
