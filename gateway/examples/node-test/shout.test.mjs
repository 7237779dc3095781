// Tests the template of the CloudFormation example with node:test: `node --test` in this folder.
import assert from "node:assert/strict"
import { test } from "node:test"
import { openSocket, startGateway } from "@document-insight/gateway/testing"

const source = new URL("../cloudformation/template.yaml", import.meta.url).pathname

test("answers every message in upper case", async () => {
  const gateway = await startGateway({ source })
  const socket = await openSocket(gateway.webSocketUrl())
  socket.send("hello")
  assert.equal(await socket.next(), "HELLO")
  await socket.close()
  await gateway.close()
  assert.equal(gateway.logs().length, 0)
})
