// The URLs of a gateway that a test starts, and the messages when a name does not select one.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { startGateway } from "./start-gateway.ts"

const api = { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "chat", ProtocolType: "HTTP" } }
const stage = (StageName: string) => ({
  Type: "AWS::ApiGatewayV2::Stage",
  Properties: { ApiId: { Ref: "Api" }, StageName, AutoDeploy: true },
})

async function started(Resources: Record<string, unknown>) {
  const folder = mkdtempSync(join(tmpdir(), "start-gateway-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const source = join(folder, "template.json")
  writeFileSync(source, JSON.stringify({ Resources }))
  const gateway = await startGateway({ source })
  onTestFinished(() => gateway.close())
  return gateway
}

test("the URL of the only stage needs no name", async () => {
  const { httpUrl, stages } = await started({ Api: api, Stage: stage("dev") })
  expect(httpUrl()).toBe(stages()[0]?.url)
  expect(httpUrl("Api")).toBe(httpUrl())
  expect(httpUrl("Api/dev")).toBe(httpUrl())
})

test("a name that selects no stage or several is reported with those that there are", async () => {
  const { httpUrl, webSocketUrl } = await started({ Api: api, Dev: stage("dev"), Prod: stage("prod") })
  const several = "of an HTTP API. Give the name of one: Api/dev, Api/prod."
  expect(() => httpUrl()).toThrow(`The template has several stages ${several}`)
  expect(() => httpUrl("Api")).toThrow(`"Api" has several stages ${several}`)
  expect(() => httpUrl("Other")).toThrow(`"Other" has no stage ${several}`)
  expect(() => webSocketUrl()).toThrow("The template has no stage of a WebSocket API.")
  expect(httpUrl("Api/prod")).toMatch(/\/prod$/)
})
