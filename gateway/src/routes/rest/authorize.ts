// Authorizes a request to a REST API: by a signature, by a Lambda authorizer whose result is kept, and by an API key.
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { queryLists } from "../../foundation/request-target.ts"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import { firstHeader } from "../http/request.ts"
import { signedRequest } from "../http/signed-request.ts"
import type { RoutePorts } from "../ports.ts"
import { type AuthorizerResponse, readAuthorizerResponse } from "../websocket/authorizer-response.ts"
import { authorizeByUserPool } from "./authorize-by-user-pool.ts"
import { restAuthorizerEvent } from "./event.ts"
import type { RestFailure } from "./gateway-responses.ts"
import type { RestRequest } from "./transaction.ts"

export type RestAuthorization =
  /** `authorizer`: its part of the event. `usageIdentifierKey`: the API key that it names. */
  | { allowed: true; authorizer?: Record<string, unknown>; usageIdentifierKey?: string }
  | { allowed: false; failure: RestFailure }

const unauthorized: RestFailure = { type: "UNAUTHORIZED", message: "Unauthorized", blame: "client" }

export async function authorizeRest(request: RestRequest, ports: RoutePorts): Promise<RestAuthorization> {
  const authorization = await authorizeCaller(request, ports)
  if (!authorization.allowed) return authorization
  const failure = checkApiKey(request, authorization.usageIdentifierKey, ports)
  return failure ? { allowed: false, failure } : authorization
}

async function authorizeCaller(request: RestRequest, ports: RoutePorts): Promise<RestAuthorization> {
  const { authorizationType } = request.method.definition
  if (authorizationType === "AWS_IAM") return authorizeSignature(request, ports)
  if (authorizationType === "COGNITO_USER_POOLS") return runUserPoolAuthorizer(request, ports)
  return authorizationType === "CUSTOM" ? runAuthorizer(request, ports) : { allowed: true }
}

function authorizeSignature({ transaction }: RestRequest, ports: RoutePorts): RestAuthorization {
  const { stage, request, path, record } = transaction
  const permission = ports.mayCallRoute(stage, `${request.method}${path}`, signedRequest(transaction.request))
  if (!permission.allowed) {
    const isMissing = permission.errorType === "MissingAuthenticationTokenException"
    const isDenied = permission.errorType === "AccessDeniedException"
    const type = isMissing ? "MISSING_AUTHENTICATION_TOKEN" : isDenied ? "ACCESS_DENIED" : "INVALID_SIGNATURE"
    // AWS: an unsigned request has the response of an unknown path (rest-iam-unsigned)
    const message = isMissing ? "Missing Authentication Token" : permission.message
    return { allowed: false, failure: { type, message, blame: "client", log: permission.message } }
  }
  const { signer } = permission
  const { context } = record
  context["identity.userArn"] = signer?.arn
  context["identity.accountId"] = signer?.accountId
  context["identity.caller"] = signer?.arn
  context["identity.user"] = signer?.arn
  return { allowed: true }
}

async function runUserPoolAuthorizer(request: RestRequest, ports: RoutePorts): Promise<RestAuthorization> {
  const authorizer = request.transaction.stage.api.authorizers[request.method.definition.authorizerId ?? ""]
  if (!authorizer) return configurationError("Authorizer not found")
  // The expression is for the audience here, not for the token.
  const [identity] = identityOf({ ...authorizer, identityValidation: undefined }, request) ?? []
  return authorizeByUserPool(request, { authorizer, identity }, ports)
}

async function runAuthorizer(request: RestRequest, ports: RoutePorts): Promise<RestAuthorization> {
  const { transaction, method } = request
  const { stage, path, record } = transaction
  const authorizer = stage.api.authorizers[method.definition.authorizerId ?? ""]
  if (!authorizer?.functionArn) return configurationError("Authorizer not found")
  const identity = identityOf(authorizer, request)
  // AWS: without its identity sources the authorizer does not run (rest-authorizer-identity)
  if (!identity) return { allowed: false, failure: { ...unauthorized, log: "Unauthorized request" } }
  const { environment } = stage.api
  const executeApi = `arn:${environment.partition}:execute-api:${environment.region}:${environment.accountId}`
  const methodArn = `${executeApi}:${stage.apiId}/${stage.definition.stageName}/${transaction.request.method}${path}`
  const key = `${authorizer.authorizerId}\n${identity.join("\n")}`
  // AWS: a result is kept for the identity, and its policy is evaluated for each method (rest-authorizer-cache)
  const kept = stage.authorizerResults.get(key)
  const response = kept ?? (await invokeAuthorizer(request, { authorizer, token: identity[0] ?? "", methodArn }, ports))
  if ("allowed" in response) return response
  if (!kept) stage.authorizerResults.set(key, response, authorizer.cacheSeconds * 1000)
  record.authorizer = response.authorizer
  const decision = ports.evaluatePolicy(response.policy, methodArn)
  if (decision !== "allow") {
    // AWS: the message names the reason (rest-access-denied)
    const why = decision === "explicit-deny" ? " with an explicit deny" : ""
    const message = `User is not authorized to access this resource${why}`
    return { allowed: false, failure: { type: "ACCESS_DENIED", message, blame: "client" } }
  }
  const integrationLatency = Number(record.context["authorizer.integrationLatency"] ?? 0)
  const { usageIdentifierKey } = response
  const authorization: RestAuthorization = { allowed: true, authorizer: { ...response.authorizer, integrationLatency } }
  return usageIdentifierKey === undefined ? authorization : { ...authorization, usageIdentifierKey }
}

async function invokeAuthorizer(
  request: RestRequest,
  { authorizer, token, methodArn }: { authorizer: RestAuthorizerDefinition; token: string; methodArn: string },
  ports: RoutePorts,
): Promise<AuthorizerResponse | RestAuthorization> {
  const { stage, record } = request.transaction
  const { functionArn = "", credentialsArn, authorizerId, kind } = authorizer
  const permission = ports.mayInvokeAuthorizer(stage, { functionArn, credentialsArn, authorizerId })
  if (!permission.allowed) return configurationError(permission.message)
  const startedAt = ports.steadyClock.now()
  const result = await ports.invoke(functionArn, restAuthorizerEvent(request, { kind, token, methodArn }), record)
  const latencyMs = ports.steadyClock.now() - startedAt
  record.context["authorizer.latency"] = latencyMs
  record.context["authorizer.integrationLatency"] = latencyMs
  if (result.outcome === "function-error" && result.errorMessage === "Unauthorized") {
    // AWS: the error "Unauthorized" is a 401, every other one a 500 (rest-authorizer-unauthorized)
    return { allowed: false, failure: { ...unauthorized, log: "Unauthorized request" } }
  }
  if (result.outcome !== "responded") return configurationError()
  if (exceedsUtf8Size(result.payload, ports.quotas.maxAuthorizerResultBytes)) {
    return configurationError("Authorizer response is too large")
  }
  return readAuthorizerResponse(result.payload) ?? configurationError("Invalid response from authorizer")
}

/** AWS: an authorizer that fails is a 500 whose message is null (rest-authorizer-failure) */
function configurationError(...cause: string[]): RestAuthorization & { allowed: false } {
  const log = [...cause, "Authorizer error"].map((why) => `Execution failed due to configuration error: ${why}`)
  return {
    allowed: false,
    failure: { type: "AUTHORIZER_CONFIGURATION_ERROR", message: null, blame: "execution", log },
  }
}

type IdentitySources = { identitySource: readonly string[]; identityValidation?: string | undefined }

/** The values of the identity sources; undefined when one is missing, or when a token does not match. */
function identityOf(
  { identitySource, identityValidation }: IdentitySources,
  { transaction }: RestRequest,
): string[] | undefined {
  const { request, stage, record } = transaction
  const query = queryLists(request.query)
  const values: string[] = []
  for (const source of identitySource) {
    const [, kind, name = ""] =
      /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? []
    const value =
      kind === "method.request.header"
        ? firstHeader(request.headers, name.toLowerCase())
        : kind === "method.request.querystring"
          ? query[name]?.at(-1)
          : ownText(kind === "stageVariables" ? stage.definition.variables : record.context, name)
    if (!value) return undefined
    values.push(value)
  }
  // AWS: a token that does not match the expression is a 401 without an invocation (rest-token-validation)
  if (identityValidation !== undefined && !new RegExp(`^(?:${identityValidation})$`).test(values[0] ?? "")) {
    return undefined
  }
  return values
}

function ownText(map: Readonly<Record<string, string | number | undefined>>, name: string): string | undefined {
  const value = Object.hasOwn(map, name) ? map[name] : undefined
  return value === undefined ? undefined : String(value)
}

/** AWS: a key comes from the header X-API-Key, or from the authorizer (rest-api-key) */
function checkApiKey(
  { transaction, method }: RestRequest,
  usageIdentifierKey: string | undefined,
  ports: RoutePorts,
): RestFailure | undefined {
  if (!method.definition.apiKeyRequired) return undefined
  const { stage, request, record } = transaction
  const fromAuthorizer = stage.api.apiKeySource === "AUTHORIZER"
  const value = (fromAuthorizer ? usageIdentifierKey : firstHeader(request.headers, "x-api-key")) ?? ""
  const use = ports.useApiKey(stage, value)
  if (use.outcome === "accepted") {
    record.context["identity.apiKey"] = value
    record.context["identity.apiKeyId"] = use.keyId
    return undefined
  }
  if (use.outcome === "unknown") return { type: "INVALID_API_KEY", message: "Forbidden", blame: "client" }
  return use.outcome === "throttled"
    ? { type: "THROTTLED", message: "Too Many Requests", blame: "client" }
    : { type: "QUOTA_EXCEEDED", message: "Limit Exceeded", blame: "client" }
}
