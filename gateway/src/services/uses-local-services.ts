// Whether something of a template can call the services in this process: a function, a state machine or a route.
import type { Definition } from "../definition/definition.ts"

export function usesLocalServices({ functions, stateMachines, webSocketApis, restApis }: Definition): boolean {
  if (functions.length + stateMachines.length > 0) return true
  const deployments = webSocketApis.flatMap((api) => Object.values(api.deployments))
  const routes = [...deployments.flatMap((one) => Object.values(one.routes)), ...restApis.flatMap((api) => api.methods)]
  return routes.some(({ integration }) => integration?.type === "AWS" && integration.functionArn === undefined)
}
