// REST APIs (API Gateway's first version): methods of resources, authorizers and gateway responses.
import type { ApiEnvironment, IntegrationDefinition, ModelDefinition, StageDefinition } from "./api.ts"
import type { Origin } from "./origin.ts"

export type RestApiDefinition = Origin & {
  apiId: string
  environment: ApiEnvironment
  methods: RestMethodDefinition[]
  stages: StageDefinition[]
  /** By authorizer id. */
  authorizers: Record<string, RestAuthorizerDefinition>
  gatewayResponses: GatewayResponseDefinition[]
  /** `image/png`, or `*` with a slash and a second `*` for every type. */
  binaryMediaTypes: string[]
  apiKeySource: "HEADER" | "AUTHORIZER"
}

export type RestMethodDefinition = Origin & {
  /** `GET /documents/{documentId}`, `ANY /x/{proxy+}`: the method and the path of its resource. */
  routeKey: string
  resourceId: string
  authorizationType: "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS"
  authorizerId?: string
  /** Of an access token that a user pool authorizes: one is enough. Empty: an ID token is needed. */
  scopes: string[]
  apiKeyRequired: boolean
  /** `querystring.name`, `header.name`: what a request validator requires. */
  requiredParameters: string[]
  /** By content type, or `$default`: what bodies are validated against. */
  models?: Record<string, ModelDefinition>
  integration?: IntegrationDefinition
}

export type RestAuthorizerDefinition = Origin & {
  authorizerId: string
  kind: "TOKEN" | "REQUEST" | "COGNITO_USER_POOLS"
  /** Of the user pools. Empty for another kind. */
  issuers: string[]
  functionArn?: string
  credentialsArn?: string
  /** `method.request.header.Authorization` */
  identitySource: string[]
  /** A regular expression that a token must match as a whole; with user pools, the audience of the token. */
  identityValidation?: string
  /** 0: results are not cached. */
  cacheSeconds: number
}

export type GatewayResponseDefinition = Origin & {
  /** `MISSING_AUTHENTICATION_TOKEN`, `DEFAULT_4XX` */
  responseType: string
  statusCode?: number
  /** By header name. */
  responseHeaders: Record<string, string>
  /** Of `application/json`. */
  template?: string
}
