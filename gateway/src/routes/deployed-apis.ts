// The APIs of a deployment, as the servers meet them.
import type { Definition } from "../definition/definition.ts"
import type { HttpApiRuntime } from "../routes/http/api-runtime.ts"
import type { RestApiRuntime } from "../routes/rest/api-runtime.ts"
import type { WebSocketApiRuntime } from "../routes/websocket/api-runtime.ts"

export type DeployedApis = {
  definition: Definition
  webSocketApis: ReadonlyMap<string, WebSocketApiRuntime>
  httpApis: ReadonlyMap<string, HttpApiRuntime>
  restApis: ReadonlyMap<string, RestApiRuntime>
}
