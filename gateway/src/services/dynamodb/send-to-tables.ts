// Sends operations of the gateway itself to the private socket of the stand-in for DynamoDB.
import { sendOperation } from "../stand-in/private-request.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"

export type PrivateSocket = Pick<StandIn, "socketPath">

// Of a signature, the package asks for its form only.
const headers = {
  authorization: "AWS4-HMAC-SHA256 Credential=gateway, SignedHeaders=host, Signature=none",
  "x-amz-date": "20260101T000000Z",
}

/**
 * @param operation `CreateTable`
 * @throws Error with the name and the message of DynamoDB's
 */
export async function sendToTables<Output>(standIn: PrivateSocket, operation: string, input: object): Promise<Output> {
  const { status, body } = await sendOperation(standIn, `DynamoDB_20120810.${operation}`, input, { headers })
  if (status === 200) return JSON.parse(body) as Output
  const { __type: type = "", message } = JSON.parse(body) as { __type?: string; message?: string }
  throw Object.assign(new Error(message), { name: type.split("#").at(-1) ?? "" })
}
