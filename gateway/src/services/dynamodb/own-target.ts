// Names the gateway's own requests to the stand-in for DynamoDB.

/** What precedes the operation in X-Amz-Target. The endpoint that functions use rejects it. */
export const OWN_TARGET = "Gateway"
