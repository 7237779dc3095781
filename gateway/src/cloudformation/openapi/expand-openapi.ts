// Expands the OpenAPI definitions in a template to the resources that they stand for, before references are resolved.
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import type { ResourceBody, Template } from "../source/stack.ts"
import { expandHttpBody } from "./expand-http-body.ts"
import { expandRestBody } from "./expand-rest-body.ts"
import { orderDeployments } from "./rest-resources.ts"

/** A template without REST APIs and OpenAPI definitions is returned unchanged. */
export function expandOpenApi(template: Template, report: Report): Template {
  const bodies = [...template.resources].flatMap(([logicalId, { Type, Properties }]) => {
    const body = Properties?.Body
    return isRecord(body) && isRecord(body.paths) ? [{ logicalId, Type, body }] : []
  })
  const hasRestApi = [...template.resources.values()].some(({ Type }) => Type === "AWS::ApiGateway::RestApi")
  if (bodies.length === 0 && !hasRestApi) return template
  const resources = new Map<string, ResourceBody>(template.resources)
  for (const { logicalId, Type, body } of bodies) {
    if (Type === "AWS::ApiGateway::RestApi") expandRestBody(logicalId, body, resources, report)
    // A copy, because CORS of the definition becomes a property.
    if (Type === "AWS::ApiGatewayV2::Api") {
      resources.set(logicalId, { ...template.resources.get(logicalId), Type })
      expandHttpBody(logicalId, body, resources, report)
    }
  }
  orderDeployments(resources)
  return { ...template, resources }
}
