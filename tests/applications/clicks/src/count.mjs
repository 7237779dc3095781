// Counts the clicks of a batch, and confirms to each visitor the pages that were counted.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"

const management = new ApiGatewayManagementApiClient({ endpoint: process.env.ENDPOINT })

export async function handler({ Records }) {
  const pages = new Map()
  for (const { kinesis } of Records) {
    const { visitor, page } = JSON.parse(Buffer.from(kinesis.data, "base64"))
    pages.set(visitor, [...(pages.get(visitor) ?? []), page])
  }
  await Promise.all([...pages].map(([visitor, counted]) => confirm(visitor, counted)))
}

async function confirm(ConnectionId, counted) {
  try {
    await management.send(new PostToConnectionCommand({ ConnectionId, Data: JSON.stringify({ counted }) }))
  } catch (error) {
    // The visitor has left.
    if (!(error instanceof GoneException)) throw error
  }
}
