import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb"

const database = new DynamoDBClient()

export async function handler() {
  const { Items } = await database.send(new ScanCommand({ TableName: process.env.ORDERS }))
  const paid = Items.filter(({ outcome }) => outcome.S === "paid")
  const cents = paid.reduce((sum, order) => sum + Number(order.cents.N), 0)
  console.log(`report: ${paid.length} of ${Items.length} orders paid, ${cents / 100} in all`)
}
