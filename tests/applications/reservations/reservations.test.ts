// A CDK app with domain names and custom resources, synthesized as the CDK CLI does, as its clients see it.
import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, onTestFinished, test } from "vitest"

test("clients use the domain names only, and find what custom resources wrote at the start", async () => {
  // Below the package.json of this repository, as the folder of an app is.
  const source = join(import.meta.dirname, "cdk.out")
  onTestFinished(() => rmSync(source, { recursive: true, force: true }))
  // Without the validation of CloudFormation's schemas, which takes most of the time.
  const env = { ...process.env, CDK_OUTDIR: source, CDK_VALIDATION: "false" }
  execFileSync(process.execPath, [join(import.meta.dirname, "app.ts")], { env, stdio: ["ignore", "ignore", "pipe"] })

  await using gateway = await startGateway({ source })
  const { DeskUrl = "", ApiUrl, DisabledUrl = "", DisabledApiUrl } = gateway.outputs()
  await expect(openSocket(DisabledUrl)).rejects.toThrow("403")
  expect((await fetch(`${DisabledApiUrl}/first/reservations`, { method: "POST" })).status).toBe(404)

  const desk = await openSocket(DeskUrl)
  const reserve = async (path: string, guest: string) => {
    const response = await fetch(`${ApiUrl}${path}/reservations`, { method: "POST", body: guest })
    return [response.status, await response.json()]
  }
  const reserved = { rawPath: "/reservations", domainName: "api.example.com" }
  expect(await reserve("/v1", "Ada")).toEqual([201, { seat: "seat 1", ...reserved }])
  expect(await desk.nextJson()).toEqual({ seat: "seat 1", guest: "Ada", hours: "from 6 pm" })
  expect(await reserve("/v2/public", "Ben")).toEqual([201, { seat: "seat 2", ...reserved }])
  expect(await desk.nextJson()).toEqual({ seat: "seat 2", guest: "Ben", hours: "from 6 pm" })
  expect(await reserve("/v1", "Cy")).toEqual([409, { message: "No seat is free." }])
  expect((await fetch(`${ApiUrl}/reservations`, { method: "POST" })).status).toBe(403)

  const problems = gateway.events.flatMap((event) => (event.event === "problem" ? [event.message] : []))
  expect(problems.filter((message) => !/Certificate|Record/.test(message))).toEqual([
    // The client that used the disabled address.
    "Handshake rejected with 403: /prod is not the path of a stage.",
  ])
  expect(gateway.events.filter(({ event }) => event === "denied")).toEqual([])
})
