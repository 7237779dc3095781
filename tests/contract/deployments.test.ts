// Deployments: what changes for open connections and what stays, and what is rejected.
import { expect } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, type TestApi } from "../testing/template.ts"
import { contract, ownTemplate, redeploys } from "./testing/contract.ts"
import { type Event, echo, openEcho } from "./testing/target.ts"

const twoWay = { code: echoEvent, twoWay: true }
const routes: TestApi["routes"] = { echo: twoWay, $default: twoWay }

contract.local(
  "deploy-socket-stays",
  "connections stay open over a deployment, and keep their ids",
  redeploys,
  async () => {
    const { url, gateway, rewrite } = await startLocal({ routes })
    const { socket, connectionId } = await openEcho(url)
    rewrite({ routes: { ...routes, other: twoWay } })
    await gateway.reload()
    expect((await echo(socket)).requestContext.connectionId).toBe(connectionId)
  },
)

contract.local(
  "deploy-new-route",
  "the next message of an open connection can take a new route",
  redeploys,
  async () => {
    const { url, gateway, rewrite } = await startLocal({ routes })
    const socket = await openSocket(url)
    const route = async () => {
      socket.send({ action: "other" })
      return (await socket.nextJson<Event>()).requestContext.routeKey
    }
    expect(await route()).toBe("$default")
    rewrite({ routes: { ...routes, other: twoWay } })
    await gateway.reload()
    expect(await route()).toBe("other")
  },
)

contract.local("deploy-removed-route", "a route that was removed is Forbidden", redeploys, async () => {
  const { url, gateway, rewrite } = await startLocal({ routes: { echo: twoWay, other: twoWay } })
  const socket = await openSocket(url)
  await echo(socket)
  rewrite({ routes: { other: twoWay } })
  await gateway.reload()
  socket.send({ action: "echo" })
  expect((await socket.nextJson()).message).toBe("Forbidden")
})

contract.local("deploy-new-code", "new code runs from the next message on", redeploys, async () => {
  const saying = (word: string) => `export const handler = async () => ({ body: "${word}" })`
  const { url, gateway, rewrite } = await startLocal({ routes: { say: { code: saying("old"), twoWay: true } } })
  const socket = await openSocket(url)
  socket.send({ action: "say" })
  expect(await socket.next()).toBe("old")
  rewrite({ routes: { say: { code: saying("new"), twoWay: true } } })
  await gateway.reload()
  socket.send({ action: "say" })
  expect(await socket.next()).toBe("new")
})

contract.local(
  "deploy-in-flight",
  "a running invocation is finished by the code it started with",
  redeploys,
  async () => {
    const waiting = `export const handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150))
    return { body: "old" }
  }`
    const { url, gateway, rewrite } = await startLocal({ routes: { say: { code: waiting, twoWay: true } } })
    const socket = await openSocket(url)
    socket.send({ action: "say" })
    await socket.ping()
    rewrite({ routes: { say: { code: accept, twoWay: true } } })
    await gateway.reload()
    expect(await socket.next()).toBe("old")
  },
)

contract.local("deploy-selection", "the route selection expression is part of the deployment", redeploys, async () => {
  const { url, gateway, rewrite } = await startLocal({ routes })
  const socket = await openSocket(url)
  rewrite({ routes, selection: "$request.body.verb" })
  await gateway.reload()
  socket.send({ verb: "echo", action: "nothing" })
  expect((await socket.nextJson<Event>()).requestContext.routeKey).toBe("echo")
})

contract.local(
  "deploy-stage-settings",
  "stage variables and throttles take effect for open connections",
  redeploys,
  async () => {
    const { url, gateway, rewrite } = await startLocal({ routes })
    const socket = await openSocket(url)
    rewrite({ routes, stage: { StageVariables: { colour: "red" } } })
    await gateway.reload()
    expect((await echo(socket)).stageVariables).toEqual({ colour: "red" })
    rewrite({ routes, stage: { DefaultRouteSettings: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } } })
    await gateway.reload()
    socket.send({ action: "echo" })
    expect((await socket.nextJson()).message).toBe("Too Many Requests")
  },
)

contract.local(
  "deploy-broken",
  "a template that cannot be served is rejected, and the last good one stays",
  redeploys,
  async () => {
    const { url, gateway, rewrite } = await startLocal({ routes })
    const socket = await openSocket(url)
    rewrite({ routes: { ...routes, bad: { ...twoWay, timeoutMs: 1 } } })
    await expect(gateway.reload()).rejects.toThrow("between 50 and 29000")
    await echo(socket)
    await openEcho(url)
  },
)

contract.local(
  "deploy-removed-stage",
  "a removed stage accepts no connection; messages of its open connections are dropped",
  redeploys,
  async () => {
    const { url, gateway, rewrite } = await startLocal({ routes })
    const socket = await openSocket(url)
    rewrite({ routes, stageName: "next" })
    await gateway.reload()
    expect((await rejectedHandshake(url)).status).toBe(403)
    await openEcho(url.replace(/\/dev$/, "/next"))
    socket.send({ action: "echo" })
    socket.close(1000)
    expect((await socket.closed).code).toBe(1000)
  },
)

contract.local("deploy-auto", "a stage with AutoDeploy needs no separate deployment", ownTemplate, async () => {
  const auto = {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Api" }, StageName: "auto", AutoDeploy: true },
  }
  const { url } = await startLocal({ routes, resources: { Auto: auto } })
  await openEcho(url.replace(/\/dev$/, "/auto"))
})

contract.local(
  "deploy-without-routes",
  "a deployment without a route is rejected with AWS's text",
  ownTemplate,
  async () => {
    await expect(startLocal({ routes: {} })).rejects.toThrow("At least one route is required before deploying the Api")
  },
)

contract.local(
  "deploy-same-stage-twice",
  "two stages of one name are rejected with AWS's text",
  ownTemplate,
  async () => {
    const again = { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Api" }, StageName: "dev" } }
    await expect(startLocal({ routes, resources: { Again: again } })).rejects.toThrow(
      "Stage with name dev already exists for this API",
    )
  },
)

contract.local(
  "deploy-same-route-twice",
  "two routes of one key are rejected with AWS's text",
  ownTemplate,
  async () => {
    const again = { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api" }, RouteKey: "echo" } }
    await expect(startLocal({ routes, resources: { Again: again } })).rejects.toThrow(
      "Route with key echo already exists for this API",
    )
  },
)
