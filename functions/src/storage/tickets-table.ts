// The tickets table: single-use tickets that open one WebSocket connection each. Only their hashes are stored, so that
// a copy of the table opens nothing.
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb"
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"
import type { Session } from "../session.ts"
import { createSecret, hashOf } from "./secret.ts"

/** Enough for a handshake over a slow network. */
export const ticketSeconds = 60

export type TicketsTable = ReturnType<typeof createTicketsTable>

export function createTicketsTable(client: DynamoDBDocumentClient, tableName: string, now = Date.now) {
  /** The ticket is in the result only; `expiresAtMs` is in epoch milliseconds. */
  async function create({ userId, expiresAt: sessionExpiresAt }: Session) {
    const ticket = createSecret()
    const expiresAt = Math.floor(now() / 1000) + ticketSeconds
    const Item = { ticketHash: hashOf(ticket), userId, sessionExpiresAt, expiresAt }
    await client.send(new PutCommand({ TableName: tableName, Item }))
    return { ticket, expiresAtMs: expiresAt * 1000 }
  }

  /**
   * Deletes a valid ticket and returns its session; undefined for any other text. The condition and the deletion are one
   * step, so that of two handshakes with one ticket only the first succeeds. TTL deletes a ticket days after it expired,
   * so the condition checks the time.
   */
  async function redeem(ticket: string): Promise<Session | undefined> {
    const nowSeconds = Math.floor(now() / 1000)
    const command = new DeleteCommand({
      TableName: tableName,
      Key: { ticketHash: hashOf(ticket) },
      ConditionExpression: "expiresAt > :now AND sessionExpiresAt > :now",
      ExpressionAttributeValues: { ":now": nowSeconds },
      ReturnValues: "ALL_OLD",
    })
    try {
      const { Attributes } = await client.send(command)
      return Attributes && { userId: Attributes.userId, expiresAt: Attributes.sessionExpiresAt }
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined
      throw error
    }
  }

  return { create, redeem }
}
