// Reads an integration response of a WebSocket API.
import type { IntegrationResponseDefinition } from "../../definition/api.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Resource } from "../resolve/resource.ts"
import { isRegularExpression } from "./is-regular-expression.ts"

/** undefined when it is rejected. */
export function readIntegrationResponse(resource: Resource): IntegrationResponseDefinition | undefined {
  const { properties } = resource
  const responseKey = properties.required("IntegrationResponseKey")
  // AWS: the key is `$default` or a regular expression between slashes (int-response-pattern)
  const expression = /^\/(.*)\/$/s.exec(responseKey)?.[1]
  if (responseKey !== "" && responseKey !== "$default" && expression === undefined) {
    return resource.problem(`IntegrationResponseKey "${responseKey}" must be $default or /a regular expression/.`)
  }
  if (expression !== undefined && !isRegularExpression(expression)) {
    return resource.problem(`IntegrationResponseKey ${responseKey} is not a valid regular expression.`)
  }
  return {
    ...resource.origin,
    responseKey,
    responseParameters: properties.map("ResponseParameters"),
    responseTemplates: properties.map("ResponseTemplates"),
    ...withoutUndefined({
      contentHandling: properties.oneOf("ContentHandlingStrategy", ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"]),
      templateSelectionExpression: properties.text("TemplateSelectionExpression"),
    }),
  }
}
