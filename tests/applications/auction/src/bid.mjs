import { TransactionCanceledException } from "@aws-sdk/client-dynamodb"
import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import { BIDDERS, BIDS, ITEMS, pushToAll, tables } from "./tables.mjs"

export async function handler({ body, requestContext: { connectionId, domainName, stage } }) {
  const { item, amount } = JSON.parse(body)
  const { Item: bidder } = await tables.send(new GetCommand({ TableName: BIDDERS, Key: { connectionId } }))
  const bid = { item, amount, by: bidder.name }
  const isAccepted = await place(bid)
  if (isAccepted) await pushToAll(`https://${domainName}/${stage}`, bid)
  return { statusCode: 200, body: JSON.stringify({ status: isAccepted ? "accepted" : "rejected", amount }) }
}

async function place(bid) {
  try {
    await tables.send(new TransactWriteCommand({ TransactItems: [raise(bid), record(bid)] }))
    return true
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error
    // Another bid was being written: whether this one is higher is not known yet.
    const isConflict = error.CancellationReasons?.some(({ Code }) => Code === "TransactionConflict")
    return isConflict ? place(bid) : false
  }
}

const raise = ({ item, amount, by }) => ({
  Update: {
    TableName: ITEMS,
    Key: { item },
    UpdateExpression: "SET amount = :amount, leader = :by",
    ConditionExpression: "attribute_not_exists(closed) AND (attribute_not_exists(amount) OR amount < :amount)",
    ExpressionAttributeValues: { ":amount": amount, ":by": by },
  },
})

const record = (bid) => ({
  Put: { TableName: BIDS, Item: bid, ConditionExpression: "attribute_not_exists(amount)" },
})
