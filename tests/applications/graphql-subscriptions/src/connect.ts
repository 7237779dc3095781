import type { APIGatewayProxyEvent } from "./events.ts"

const subprotocol = "graphql-transport-ws"

export async function handler({ headers }: APIGatewayProxyEvent) {
  const offered = (headers["Sec-WebSocket-Protocol"] ?? "").split(",").map((name) => name.trim())
  if (!offered.includes(subprotocol)) return { statusCode: 400, body: `Offer ${subprotocol}.` }
  return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": subprotocol } }
}
