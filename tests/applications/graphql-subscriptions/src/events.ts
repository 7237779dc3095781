// The parts of the events of API Gateway and SNS that are used here.
export type APIGatewayProxyEvent = {
  headers: Record<string, string | undefined>
  body: string
  requestContext: { connectionId: string; domainName: string; stage: string }
}

export type SNSEvent = { Records: { Sns: { Message: string } }[] }
