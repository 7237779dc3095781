// Sends the words of an answer until it ends, is cancelled, its reader has left, or the invocation has done its share.
const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb")
const {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} = require("@aws-sdk/client-apigatewaymanagementapi")
const { generateWords } = require("./generate-words.js")

const { CANCELLED, WORDS_PER_INVOCATION } = process.env
const database = new DynamoDBClient({})

exports.streamAnswer = async ({ connectionId, endpoint, answer, id, question, from }, context) => {
  const management = new ApiGatewayManagementApiClient({ endpoint })
  const send = (message) =>
    management.send(
      new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify({ id, ...message }) }),
    )
  let next = from
  try {
    for await (const word of generateWords(question, from)) {
      if (next - from >= Number(WORDS_PER_INVOCATION) || context.getRemainingTimeInMillis() < 5000) {
        return { outcome: "interrupted", next }
      }
      if (await isCancelled(answer)) {
        await send({ status: "cancelled", words: next })
        return { outcome: "cancelled", next }
      }
      await send({ index: next, word })
      next++
    }
    await send({ status: "complete", words: next })
    return { outcome: "complete", next }
  } catch (error) {
    if (error instanceof GoneException) return { outcome: "gone", next }
    throw error
  }
}

async function isCancelled(answer) {
  const { Item } = await database.send(
    new GetItemCommand({ TableName: CANCELLED, Key: { answer: { S: answer } }, ConsistentRead: true }),
  )
  return Item !== undefined
}
