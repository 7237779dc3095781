// The tables of the chat.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"

export const { CONNECTIONS, MESSAGES } = process.env
export const tables = DynamoDBDocumentClient.from(new DynamoDBClient())

/** When a connection that is active now expires, in seconds since the epoch. */
export const expiry = () => Math.floor(Date.now() / 1000) + 120
