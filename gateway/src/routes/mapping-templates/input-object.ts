// `$input` of a mapping template: the body, parts of it by JSONPath, and the parameters of a handshake.
import { jsonOf, parseJsonValue } from "./json.ts"
import { evaluateJsonPath, type JsonPath, parseJsonPath } from "./json-path.ts"
import { HostObject, textOf, type Value } from "./value.ts"

/** A template reads JSON from a body that is not JSON. */
export class BodyNotJsonError extends Error {
  override readonly name = "BodyNotJsonError"
}

export type RequestParameters = {
  path: ReadonlyMap<string, string>
  querystring: ReadonlyMap<string, string>
  header: ReadonlyMap<string, string>
}

export class InputObject extends HostObject {
  readonly #body: string
  readonly #parameters: RequestParameters
  #parsed: Value | undefined

  constructor(body: string, parameters: RequestParameters) {
    super()
    this.#body = body
    this.#parameters = parameters
  }

  override property(name: string): Value {
    return name === "body" ? this.#body : null
  }

  override call(name: string, args: readonly Value[]): Value {
    switch (name) {
      case "json": {
        const found = this.#at(args[0])
        // AWS?: a path that finds nothing gives "" in quotation marks, so that the result is JSON (vtl-json-missing)
        return found === undefined ? '""' : jsonOf(found)
      }
      case "path":
        return this.#at(args[0]) ?? null
      case "params":
        return args.length === 0 ? new Map(Object.entries(this.#parameters)) : this.#parameter(textOf(args[0] ?? ""))
      default:
        return null
    }
  }

  #at(path: Value | undefined): Value | undefined {
    return evaluateJsonPath(jsonPathOf(textOf(path ?? "$")), this.#json())
  }

  #json(): Value {
    // AWS?: an empty body is an empty object (vtl-empty-body)
    if (this.#body === "") return new Map()
    try {
      this.#parsed ??= parseJsonValue(this.#body)
    } catch (cause) {
      throw new BodyNotJsonError("Could not parse request body into json", { cause })
    }
    return this.#parsed
  }

  /** AWS: the path, the query string and the headers are searched in this order (vtl-params) */
  #parameter(name: string): Value {
    const { path, querystring, header } = this.#parameters
    return path.get(name) ?? querystring.get(name) ?? headerOf(header, name)
  }
}

function headerOf(headers: ReadonlyMap<string, string>, name: string): Value {
  const wanted = name.toLowerCase()
  for (const [one, value] of headers) if (one.toLowerCase() === wanted) return value
  return null
}

const paths = new Map<string, JsonPath>()

/** The paths of templates are few, but one can be made of a message. */
function jsonPathOf(expression: string): JsonPath {
  const known = paths.get(expression)
  if (known) return known
  const path = parseJsonPath(expression)
  if (paths.size > 1_000) paths.clear()
  paths.set(expression, path)
  return path
}
