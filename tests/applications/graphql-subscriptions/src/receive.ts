// Receives the messages of graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import {
  type DocumentNode,
  execute,
  getArgumentValues,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql"
import type { APIGatewayProxyEvent } from "./events.ts"
import { rootValue, schema } from "./schema.ts"
import { addSubscription, type Operation, removeSubscription } from "./subscriptions.ts"

type Message = { type: string; id?: string; payload?: Operation }
type Send = (message: object) => Promise<unknown>

let management: ApiGatewayManagementApiClient | undefined

export async function handler({ body, requestContext: { connectionId, domainName, stage } }: APIGatewayProxyEvent) {
  management ??= new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` })
  const client = management
  const send: Send = (message) =>
    client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(message) }))
  const { type, id = "", payload }: Message = parsed(body)
  if (type === "connection_init") await send({ type: "connection_ack" })
  else if (type === "ping") await send({ type: "pong" })
  else if (type === "subscribe" && payload) await subscribe({ connectionId, id, operation: payload, send })
  else if (type === "complete") await removeSubscription(connectionId, id)
  else if (type !== "pong") await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
  return { statusCode: 200 }
}

function parsed(body: string): Message {
  try {
    return JSON.parse(body)
  } catch {
    return { type: "invalid" }
  }
}

type Request = { connectionId: string; id: string; operation: Operation; send: Send }

async function subscribe({ connectionId, id, operation, send }: Request): Promise<void> {
  const { query, variables: variableValues, operationName } = operation
  let document: DocumentNode
  try {
    document = parse(query)
  } catch (error) {
    await send({ type: "error", id, payload: [error] })
    return
  }
  const errors = validate(schema, document)
  const chosen = getOperationAST(document, operationName)
  if (errors.length > 0 || !chosen) {
    await send({ type: "error", id, payload: errors })
  } else if (chosen.operation === "subscription") {
    await addSubscription({ connectionId, id, operation, product: productOf(chosen, variableValues) })
  } else {
    const payload = await execute({ schema, document, rootValue, variableValues, operationName })
    await send({ type: "next", id, payload })
    await send({ type: "complete", id })
  }
}

/** The argument of the one field that a subscription has. */
function productOf({ selectionSet }: OperationDefinitionNode, variables: Operation["variables"]): string {
  const field = selectionSet.selections[0]
  const definition = schema.getSubscriptionType()?.getFields().reviewAdded
  if (field?.kind !== "Field" || !definition) throw new Error("a subscription selects a field")
  return String(getArgumentValues(definition, field, variables).product)
}
