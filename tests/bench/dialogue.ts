// The messages between the load generator and the servers. The floor and the function send the same bytes.

export const message = JSON.stringify({
  action: "echo",
  id: 1234567,
  text: "a message of about the usual size ".repeat(3),
})

/** The response of the floor. */
export function responseTo(text: string): string {
  const { id, text: received } = JSON.parse(text)
  return JSON.stringify({ status: "echo", id, text: received })
}

/** A Lambda function with the same response. */
export const echoHandler = `export const handler = async (event) => {
  const { id, text } = JSON.parse(event.body)
  return { statusCode: 200, body: JSON.stringify({ status: "echo", id, text }) }
}`

/** What a client needs to know so that others can post to it. */
export type Identity = {
  connectionId: string
  keys: { accessKeyId: string; secretAccessKey: string; sessionToken: string }
}

/** Returns the `Identity` of its caller, with the credentials of its own role. */
export const identifyHandler = `export const handler = async ({ requestContext }) => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
  const keys = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN }
  return { statusCode: 200, body: JSON.stringify({ connectionId: requestContext.connectionId, keys }) }
}`

export const acceptHandler = "export const handler = async () => ({ statusCode: 200 })"

/** Of an authorizer. */
export const allowHandler = `export const handler = async ({ methodArn }) => ({
  principalId: "bench",
  context: { sub: "bench" },
  policyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }] },
})`

const ofApi = (type: string, properties: Record<string, unknown>) => ({
  Type: `AWS::ApiGatewayV2::${type}`,
  Properties: { ApiId: { Ref: "Api" }, ...properties },
})

/** The resources of a MOCK route with the same response. */
export const echoByTemplates = {
  Deployment: {
    ...ofApi("Deployment", {}),
    DependsOn: ["RouteConnect", "EchoRoute", "EchoRouteResponse", "EchoResponse"],
  },
  EchoRoute: ofApi("Route", { RouteKey: "echo", Target: { "Fn::Sub": "integrations/${EchoIntegration}" } }),
  EchoRouteResponse: ofApi("RouteResponse", { RouteId: { Ref: "EchoRoute" }, RouteResponseKey: "$default" }),
  EchoIntegration: ofApi("Integration", {
    IntegrationType: "MOCK",
    RequestTemplates: { $default: '#set($context.requestOverride.path.body = $input.body){"statusCode":200}' },
  }),
  EchoResponse: ofApi("IntegrationResponse", {
    IntegrationId: { Ref: "EchoIntegration" },
    IntegrationResponseKey: "$default",
    ResponseTemplates: {
      $default:
        '#set($message = $util.parseJson($context.requestOverride.path.body)){"status":"echo","id":$message.id,"text":"$message.text"}',
    },
  }),
}
