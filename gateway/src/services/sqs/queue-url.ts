// The addresses of queues at an SQS endpoint.

/** The account of the stand-in, which is not the account of the template. */
export const STAND_IN_ACCOUNT_ID = "000000000000"

export function queueUrl(endpoint: string, queueArn: string): string {
  return `${endpoint}/${STAND_IN_ACCOUNT_ID}/${queueArn.split(":").at(-1)}`
}
