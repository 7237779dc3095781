// Sends operations of the gateway itself to the private socket of the stand-in for DynamoDB.
import { type StandInSocket, sendOperation } from "../stand-in/private-request.ts"

// Of a signature, the package asks for its form only.
const headers = {
  authorization: "AWS4-HMAC-SHA256 Credential=gateway, SignedHeaders=host, Signature=none",
  "x-amz-date": "20260101T000000Z",
}

/**
 * @param operation `CreateTable`
 * @throws Error with the name and the message of DynamoDB's
 */
export async function sendToTables<Output>(standIn: StandInSocket, operation: string, input: object): Promise<Output> {
  const { status, body } = await sendOperation(standIn, `DynamoDB_20120810.${operation}`, input, { headers })
  if (status === 200) return JSON.parse(body) as Output
  const { __type: type = "", message } = JSON.parse(body) as { __type?: string; message?: string }
  throw Object.assign(new Error(message), { name: type.split("#").at(-1) ?? "" })
}
