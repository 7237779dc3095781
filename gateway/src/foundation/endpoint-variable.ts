// Names the variable that leads the AWS SDKs to another endpoint of a service.

/** @param service as in the names of the variables: `bedrock-runtime`, or `sfn` for Step Functions */
export function endpointVariable(service: string): string {
  return `AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`
}
