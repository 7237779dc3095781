// The chat in Python: clients join, talk and leave; a handler that is edited is loaded again.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openSocket, startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { hasBoto3, needsBoto3 } from "../../../gateway/src/lambda/testing/python-under-test.ts"

describe.runIf(hasBoto3)(needsBoto3("the Python chat"), () => {
  // A copy, because a test edits it.
  const folder = mkdtempSync(join(tmpdir(), "python-chat-"))
  let gateway: TestGateway

  beforeAll(async () => {
    for (const name of ["template.yaml", "src"])
      cpSync(join(import.meta.dirname, name), join(folder, name), { recursive: true })
    gateway = await startGateway({ source: join(folder, "template.yaml") })
  })

  afterAll(async () => {
    await gateway.close()
    rmSync(folder, { recursive: true })
  })

  test("sends each message to everyone who is connected", async () => {
    const url = gateway.webSocketUrl()
    const [ada, grace] = [await openSocket(`${url}?name=Ada`), await openSocket(`${url}?name=Grace`)]
    ada.send({ action: "sendmessage", text: "hello, 世界" })
    const message = { from: "Ada", text: "hello, 世界" }
    expect([JSON.parse(await ada.next()), JSON.parse(await grace.next())]).toEqual([message, message])

    grace.close()
    await expect.poll(() => gateway.invocations("$disconnect").length, { timeout: 30_000 }).toBe(1)
    ada.send({ action: "sendmessage", text: "alone" })
    expect(JSON.parse(await ada.next())).toEqual({ from: "Ada", text: "alone" })
    await ada.close()
    expect(gateway.logs().filter((line) => line.includes("has connected"))).toEqual([
      expect.stringMatching(/^\[INFO\]\t\S+\t\S+\tAda has connected$/),
      expect.stringMatching(/^\[INFO\]\t\S+\t\S+\tGrace has connected$/),
    ])
    expect(gateway.events.filter(({ event }) => event === "denied")).toEqual([])
  })

  test("rejects a client without a name", async () => {
    await expect(openSocket(gateway.webSocketUrl())).rejects.toThrow("400")
  })

  test("runs a handler that was edited, and keeps the table and the connections", async () => {
    const joan = await openSocket(`${gateway.webSocketUrl()}?name=Joan`)
    const file = join(folder, "src", "chat", "send.py")
    writeFileSync(file, readFileSync(file, "utf8").replace('sender["name"]', 'sender["name"].upper()'))
    await gateway.reload()
    joan.send({ action: "sendmessage", text: "edited" })
    expect(JSON.parse(await joan.next())).toEqual({ from: "JOAN", text: "edited" })
    await joan.close()
  })
})
