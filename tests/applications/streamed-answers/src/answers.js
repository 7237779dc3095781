// The routes `ask` and `cancel`, and the work that `ask` starts: an asynchronous invocation of this function.
const { InvokeCommand, LambdaClient } = require("@aws-sdk/client-lambda")
const { DeleteItemCommand, DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb")
const { streamAnswer } = require("./stream-answer.js")

const lambda = new LambdaClient({})
const database = new DynamoDBClient({})
const TableName = process.env.CANCELLED

exports.handler = async (event, context) => {
  if (event.work) return work(event.work, context)
  const { routeKey, connectionId, domainName, stage } = event.requestContext
  const { id, question } = JSON.parse(event.body)
  const answer = `${connectionId}/${id}`
  if (routeKey === "cancel") {
    await database.send(new PutItemCommand({ TableName, Item: { answer: { S: answer } } }))
  } else {
    const endpoint = `https://${domainName}/${stage}`
    await start({ connectionId, endpoint, answer, id, question, from: 0 }, context)
  }
  return { statusCode: 200 }
}

async function work(request, context) {
  const { outcome, next } = await streamAnswer(request, context)
  if (outcome === "interrupted") return start({ ...request, from: next }, context)
  console.log(`answer ${request.id}: ${outcome} after ${next} words`)
  await database.send(new DeleteItemCommand({ TableName, Key: { answer: { S: request.answer } } }))
}

async function start(request, context) {
  await lambda.send(
    new InvokeCommand({
      FunctionName: context.invokedFunctionArn,
      InvocationType: "Event",
      Payload: JSON.stringify({ work: request }),
    }),
  )
}
