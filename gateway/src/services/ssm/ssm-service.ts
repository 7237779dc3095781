// The operations of Systems Manager that read parameters.
import type { ParameterDefinition } from "../../definition/configuration.ts"
import type { NeededPermission } from "../../definition/permission.ts"
import { createJsonService, type JsonInput, requiredText } from "../local/json-service.ts"
import { type LocalService, ServiceError } from "../local/local-service.ts"

export type SsmServiceOptions = {
  parameters(): readonly ParameterDefinition[]
  /** Values of `--parameters` by name: they replace those of the template. */
  values: ReadonlyMap<string, string>
  /** The ARN of the parameter with this name, or of a path. */
  arnOf(path: string): string
  /** When the gateway was started, in milliseconds since the epoch. */
  startedAt: number
}

type Parameter = { Name: string; Type: string; Value: string; ARN: string }

// AWS: GetParameters takes ten names; a page of GetParametersByPath has ten parameters (ssm-limits)
const MAX_NAMES = 10

export function createSsmService(options: SsmServiceOptions): LocalService {
  const { arnOf, values, startedAt } = options

  function all(): Map<string, Parameter> {
    const found = new Map<string, Parameter>()
    for (const { parameterName: Name, parameterType: Type, value: Value, arn: ARN } of options.parameters()) {
      found.set(Name, { Name, Type, Value, ARN })
    }
    for (const [Name, Value] of values)
      found.set(Name, { Type: "String", ...found.get(Name), Name, Value, ARN: arnOf(Name) })
    return found
  }

  /** A parameter is named by its name or its ARN, with a version after a colon. */
  function find(reference: string): object | undefined {
    const [, path = reference, selector = ""] = /^(?:arn:[^/]*:parameter)?([^:]+)(:.+)?$/.exec(reference) ?? []
    const parameters = all()
    const found = parameters.get(path) ?? (reference.startsWith("arn:") ? parameters.get(path.slice(1)) : undefined)
    if (!found || (selector !== "" && selector !== ":1")) return undefined
    return described(found, selector)
  }

  function described(parameter: Parameter, selector = ""): object {
    return {
      ...parameter,
      Version: 1,
      DataType: "text",
      LastModifiedDate: startedAt / 1000,
      ...(selector !== "" && { Selector: selector }),
    }
  }

  function getParameter(input: JsonInput): object {
    const name = requiredText(input, "Name")
    const found = find(name)
    // AWS: a parameter that does not exist has an error without a text (ssm-missing)
    if (!found) throw new ServiceError("ParameterNotFound", "")
    return { Parameter: found }
  }

  function getParameters(input: JsonInput): object {
    const names = namesOf(input)
    if (names.length === 0 || names.length > MAX_NAMES) {
      throw new ServiceError("ValidationException", `Names must have 1 to ${MAX_NAMES} members.`)
    }
    const found = names.map((name) => [name, find(name)] as const)
    return {
      Parameters: found.flatMap(([, parameter]) => parameter ?? []),
      // AWS: names without a parameter are listed (ssm-missing)
      InvalidParameters: found.flatMap(([name, parameter]) => (parameter ? [] : name)),
    }
  }

  /** AWS: without Recursive, only the level below the path (ssm-path) */
  function getParametersByPath(input: JsonInput): object {
    const path = requiredText(input, "Path")
    if (!path.startsWith("/")) throw new ServiceError("ValidationException", "Path must begin with a slash.")
    const prefix = path.endsWith("/") ? path : `${path}/`
    const below = [...all().values()]
      .filter(({ Name }) => Name.startsWith(prefix))
      .filter(({ Name }) => input.Recursive === true || !Name.slice(prefix.length).includes("/"))
      .toSorted((a, b) => (a.Name < b.Name ? -1 : 1))
    const start = Number(input.NextToken ?? 0)
    const end = start + (typeof input.MaxResults === "number" ? input.MaxResults : MAX_NAMES)
    const NextToken = end < below.length ? String(end) : undefined
    return { Parameters: below.slice(start, end).map((one) => described(one)), NextToken }
  }

  const needs = (action: string, names: readonly unknown[]): NeededPermission[] =>
    names
      .filter((name) => typeof name === "string")
      .map((name) => ({
        action: `ssm:${action}`,
        resource: name.startsWith("arn:") ? name : arnOf(name.split(":")[0] ?? ""),
      }))

  return createJsonService({
    name: "ssm",
    target: "AmazonSSM",
    operations: new Map([
      ["GetParameter", { permissions: ({ Name }) => needs("GetParameter", [Name]), run: getParameter }],
      ["GetParameters", { permissions: (input) => needs("GetParameters", namesOf(input)), run: getParameters }],
      // AWS: reading by path needs the permission on the path (ssm-permissions)
      [
        "GetParametersByPath",
        { permissions: ({ Path }) => needs("GetParametersByPath", [Path]), run: getParametersByPath },
      ],
    ]),
  })
}

function namesOf({ Names }: JsonInput): string[] {
  return Array.isArray(Names) ? Names.filter((name) => typeof name === "string") : []
}
