// Tickets that are written with the context of an authorizer, as customers and the people on duty see it.
import { join } from "node:path"
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")

test("tickets belong to the customer of the authorizer, whatever a message says", async () => {
  await using gateway = await startGateway({ source, parameters: { Plan: "premium" } })
  const url = gateway.webSocketUrl()
  await expect(openSocket(url)).rejects.toThrow("401")
  await expect(openSocket(`${url}?token=mallory@engines`)).rejects.toThrow("401")
  await expect(openSocket(`${url}?token=ada`)).rejects.toThrow("403")
  const [ada, alan] = await Promise.all([
    openSocket(`${url}?token=ada@engines`),
    openSocket(`${url}?token=alan@machines`),
  ])

  ada.send({ action: "open", customer: "machines", text: `it's "broken"` })
  const opened = await ada.nextJson()
  expect(opened).toEqual({ status: "open", ticket: expect.any(String), for: "engines" })
  ada.send({ action: "list" })
  expect(await ada.nextJson()).toEqual({ tickets: [{ by: "ada", text: `it's "broken"`, priority: 1 }] })
  alan.send({ action: "list", customer: "engines" })
  expect(await alan.nextJson()).toEqual({ tickets: [] })

  ada.send({ action: "escalate", ticket: opened.ticket })
  const queues = new SQSClient({
    endpoint: gateway.endpoints.sqs ?? "",
    region: "us-east-1",
    credentials: gateway.credentials,
  })
  const { Messages } = await queues.send(
    new ReceiveMessageCommand({
      QueueUrl: gateway.outputs().Queue,
      WaitTimeSeconds: 10,
      MessageAttributeNames: ["All"],
    }),
  )
  expect(Messages).toMatchObject([
    {
      Body: JSON.stringify(opened.ticket),
      MessageAttributes: { customer: { StringValue: "engines" }, priority: { StringValue: "1" } },
    },
  ])
  queues.destroy()
  expect(gateway.accessLog()).toContainEqual({
    requestId: opened.ticket,
    route: "open",
    status: "200",
    customer: "engines",
  })
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
