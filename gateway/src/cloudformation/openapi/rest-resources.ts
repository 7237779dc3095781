// Generates the resources and methods of a REST API from paths, for OpenAPI definitions and SAM.
import { isRecord } from "../../foundation/is-record.ts"
import { stableId } from "../resolve/physical-names.ts"
import type { ResourceBody } from "../source/stack.ts"

export type RestMethodPlace = {
  /** The logical id of the API. */
  apiId: string
  /** `GET`, `ANY` */
  method: string
  /** `/items/{id}` */
  path: string
}

/** Adds a method, and the resources of its path that do not exist yet. */
export function addRestMethod(
  place: RestMethodPlace,
  properties: Record<string, unknown>,
  resources: Map<string, ResourceBody>,
): void {
  const { apiId, method } = place
  resources.set(restMethodId(place), {
    Type: "AWS::ApiGateway::Method",
    Properties: {
      RestApiId: { Ref: apiId },
      ResourceId: resourceAt(place, resources),
      HttpMethod: method,
      ...properties,
    },
  })
}

export function restMethodId({ apiId, method, path }: RestMethodPlace): string {
  return `${apiId}Method${stableId(`${method} ${path}`, 10)}`
}

/** @returns a reference to the resource of a path */
function resourceAt({ apiId, path }: RestMethodPlace, resources: Map<string, ResourceBody>): unknown {
  let parent: unknown = { "Fn::GetAtt": [apiId, "RootResourceId"] }
  let prefix = ""
  for (const part of path.split("/").filter((one) => one !== "")) {
    prefix += `/${part}`
    const id = `${apiId}Resource${stableId(prefix, 10)}`
    resources.set(id, {
      Type: "AWS::ApiGateway::Resource",
      Properties: { RestApiId: { Ref: apiId }, ParentId: parent, PathPart: part },
    })
    parent = { Ref: id }
  }
  return parent
}

/** Makes each deployment depend on the generated methods that it has, as SAM and OpenAPI definitions do on AWS. */
export function orderDeployments(resources: Map<string, ResourceBody>): void {
  for (const [logicalId, deployment] of resources) {
    const api = deployment.Properties?.RestApiId
    if (deployment.Type !== "AWS::ApiGateway::Deployment" || !isRecord(api)) continue
    const methods = [...resources.keys()].filter((id) => id.startsWith(`${String(api.Ref)}Method`))
    if (methods.length === 0) continue
    resources.set(logicalId, { ...deployment, DependsOn: [...[deployment.DependsOn ?? []].flat(), ...methods] })
  }
}
