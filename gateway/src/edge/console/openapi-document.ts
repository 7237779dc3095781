// The OpenAPI document of the console's API, served at /_console/api/openapi.json. A test compares it with the routes.
import { dataOperations } from "./openapi-data-operations.ts"
import { operations } from "./openapi-operations.ts"
import { type Operation, object, text } from "./openapi-schema.ts"

const problem = (description: string) => ({
  description,
  content: { "application/json": { schema: object({ message: text }) } },
})

const requiredParameters = new Set(["name", "key", "ids"])

function describe({ route, summary, query = {}, body, response }: Operation): object {
  const [, path = ""] = route.split(" ")
  const mediaType = response.contentMediaType === undefined ? "application/json" : String(response.contentMediaType)
  return {
    summary,
    operationId: route.toLowerCase().replaceAll(/[^a-z]+(.)/g, (_found, letter: string) => letter.toUpperCase()),
    tags: [path.split("/")[1]?.replace(".json", "")],
    parameters: Object.entries(query).map(([name, description]) => ({
      name,
      in: "query",
      required: requiredParameters.has(name),
      description: description || "Continues after a page with this value.",
      schema: text,
    })),
    ...(body && {
      security: [{ token: [] }],
      requestBody: { required: true, content: { "application/json": { schema: body } } },
    }),
    responses: {
      200: { description: summary, content: { [mediaType]: { schema: response } } },
      400: problem("The request has a mistake, which the message names."),
      ...(body && { 403: problem("The request is of another page, or has not the token of this run.") }),
    },
  }
}

function pathItems(): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of [...operations, ...dataOperations]) {
    const [method = "", path = ""] = operation.route.split(" ")
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) }
  }
  return paths
}

export const openApiDocument = {
  openapi: "3.1.1",
  info: {
    title: "Console API of the local gateway",
    version: "1",
    description:
      "What the console shows and does. A POST needs the content type application/json and the token of the run, which the page at /_console has in the meta element console-token.",
  },
  servers: [{ url: "/_console/api" }],
  paths: pathItems(),
  components: { securitySchemes: { token: { type: "apiKey", in: "header", name: "X-Console-Token" } } },
}
