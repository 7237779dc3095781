// A CDK app of two stacks with NodejsFunction, synthesized as the CDK CLI does, as its clients see it.
import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, onTestFinished, test } from "vitest"

test("an announcement of one stack reaches everyone who is connected to the other", async () => {
  // Below the package.json of this repository, as the folder of an app is.
  const source = join(import.meta.dirname, "cdk.out")
  onTestFinished(() => rmSync(source, { recursive: true, force: true }))
  // Without the validation of CloudFormation's schemas, which takes most of the time.
  const env = { ...process.env, CDK_OUTDIR: source, CDK_VALIDATION: "false" }
  execFileSync(process.execPath, [join(import.meta.dirname, "app.ts")], { env, stdio: ["ignore", "ignore", "pipe"] })

  await using gateway = await startGateway({ source })
  const { Url = "", ApiUrl } = gateway.outputs()
  const clients = await Promise.all([1, 2, 3].map(() => openSocket(Url)))
  const announce = async (text: string) => {
    const response = await fetch(`${ApiUrl}/announcements`, { method: "POST", body: text })
    return [response.status, await response.json()]
  }
  expect(await announce("the sale begins")).toEqual([200, { reached: 3 }])
  for (const client of clients) expect(await client.next()).toBe("the sale begins")
  await clients[0]!.close()
  await expect.poll(() => gateway.invocations("$disconnect").length).toBe(1)
  expect(await announce("the sale ends")).toEqual([200, { reached: 2 }])
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
