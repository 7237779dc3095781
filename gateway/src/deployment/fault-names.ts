// Lists the routes and functions of the deployment to which a fault can be limited.
import type { Definition } from "../definition/definition.ts"

export function createFaultNames(
  definition: () => Pick<Definition, "webSocketApis" | "httpApis" | "restApis" | "functions">,
) {
  return {
    routeKeys(): string[] {
      const { webSocketApis, httpApis, restApis } = definition()
      const deployments = webSocketApis.flatMap((api) => Object.values(api.deployments))
      const ofWebSockets = deployments.flatMap(({ routes }) => Object.keys(routes))
      const ofHttp = httpApis.flatMap(({ routes }) => routes.map(({ routeKey }) => routeKey))
      const ofRest = restApis.flatMap(({ methods }) => methods.map(({ routeKey }) => routeKey))
      return [...new Set([...ofWebSockets, ...ofHttp, ...ofRest])]
    },
    functionNames: (): string[] =>
      definition().functions.flatMap(({ functionName, logicalId }) => [...new Set([logicalId, functionName])]),
  }
}
