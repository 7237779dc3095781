// The schema, and what its fields are read from.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns"
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { buildSchema } from "graphql"

const { PRODUCTS, REVIEWS } = process.env
const tables = DynamoDBDocumentClient.from(new DynamoDBClient())
const topics = new SNSClient()

export type Review = { product: string; stars: number; text: string }

export const schema = buildSchema(`
  type Review { product: ID! stars: Int! text: String! }
  type Product { product: ID! reviews: Int! stars: Float }
  type Query { product(product: ID!): Product }
  type Mutation { addReview(product: ID!, stars: Int!, text: String!): Review! }
  type Subscription { reviewAdded(product: ID!): Review! }
`)

export const rootValue = {
  async product({ product }: { product: string }) {
    const { Item } = await tables.send(new GetCommand({ TableName: PRODUCTS, Key: { product } }))
    return Item && { product, reviews: Item.reviews, stars: Item.allStars / Item.reviews }
  },
  async addReview(review: Review) {
    if (review.stars < 1 || review.stars > 5) throw new Error("stars must be between 1 and 5")
    await tables.send(
      new UpdateCommand({
        TableName: PRODUCTS,
        Key: { product: review.product },
        UpdateExpression: "ADD reviews :one, allStars :stars",
        ExpressionAttributeValues: { ":one": 1, ":stars": review.stars },
      }),
    )
    await topics.send(new PublishCommand({ TopicArn: REVIEWS, Message: JSON.stringify(review) }))
    return review
  },
}
