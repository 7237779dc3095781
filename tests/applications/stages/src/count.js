// Counts in the table that the stage names.
const { DynamoDBClient, UpdateItemCommand } = require("@aws-sdk/client-dynamodb")

const database = new DynamoDBClient({})

exports.handler = async ({ body, stageVariables, requestContext: { stage } }) => {
  const { Attributes } = await database.send(
    new UpdateItemCommand({
      TableName: stageVariables.table,
      Key: { of: { S: JSON.parse(body).of } },
      UpdateExpression: "ADD #count :step",
      ExpressionAttributeNames: { "#count": "count" },
      ExpressionAttributeValues: { ":step": { N: process.env.STEP } },
      ReturnValues: "UPDATED_NEW",
    }),
  )
  return { statusCode: 200, body: JSON.stringify({ stage, count: Number(Attributes.count.N) }) }
}
