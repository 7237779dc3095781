// What is served is what was deployed: other deployments, other stages, and sockets that outlive them.
import { expect } from "vitest"
import { openSocket, refusedSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { accept, echoEvent, type TestApi } from "../../harness/template.ts"
import { ownTemplate, redeploys, type Topic } from "../case.ts"
import { type Event, echo, openEcho } from "../target.ts"

const twoWay = { code: echoEvent, twoWay: true }
const routes: TestApi["routes"] = { echo: twoWay, $default: twoWay }

export const deploymentsTopic: Topic = {
  title: "Deployments",
  observer: [],
  local: [
    {
      id: "deploy-socket-stays",
      does: "sockets stay open over a deployment, and keep their id",
      localOnly: redeploys,
      async run() {
        const { url, gateway, rewrite } = await startLocal({ routes })
        const { socket, connectionId } = await openEcho(url)
        rewrite({ routes: { ...routes, other: twoWay } })
        await gateway.reload()
        expect((await echo(socket)).requestContext.connectionId).toBe(connectionId)
      },
    },
    {
      id: "deploy-new-route",
      does: "their next message may take a route that was not there before",
      localOnly: redeploys,
      async run() {
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
    },
    {
      id: "deploy-removed-route",
      does: "a route that is no longer there is Forbidden",
      localOnly: redeploys,
      async run() {
        const { url, gateway, rewrite } = await startLocal({ routes: { echo: twoWay, other: twoWay } })
        const socket = await openSocket(url)
        await echo(socket)
        rewrite({ routes: { other: twoWay } })
        await gateway.reload()
        socket.send({ action: "echo" })
        expect((await socket.nextJson()).message).toBe("Forbidden")
      },
    },
    {
      id: "deploy-new-code",
      does: "new code answers from the next message on",
      localOnly: redeploys,
      async run() {
        const saying = (word: string) => `export const handler = async () => ({ body: "${word}" })`
        const { url, gateway, rewrite } = await startLocal({ routes: { say: { code: saying("old"), twoWay: true } } })
        const socket = await openSocket(url)
        socket.send({ action: "say" })
        expect(await socket.next()).toBe("old")
        rewrite({ routes: { say: { code: saying("new"), twoWay: true } } })
        await gateway.reload()
        socket.send({ action: "say" })
        expect(await socket.next()).toBe("new")
      },
    },
    {
      id: "deploy-in-flight",
      does: "what already runs is finished by the code it began with",
      localOnly: redeploys,
      async run() {
        const waiting = `export const handler = async () => {
          await new Promise((resolve) => setTimeout(resolve, 150))
          return { body: "old" }
        }`
        const { url, gateway, rewrite } = await startLocal({ routes: { say: { code: waiting, twoWay: true } } })
        const socket = await openSocket(url)
        socket.send({ action: "say" })
        await socket.pinged()
        rewrite({ routes: { say: { code: accept, twoWay: true } } })
        await gateway.reload()
        expect(await socket.next()).toBe("old")
      },
    },
    {
      id: "deploy-selection",
      does: "the route selection expression is part of what is deployed",
      localOnly: redeploys,
      async run() {
        const { url, gateway, rewrite } = await startLocal({ routes })
        const socket = await openSocket(url)
        rewrite({ routes, selection: "$request.body.verb" })
        await gateway.reload()
        socket.send({ verb: "echo", action: "nothing" })
        expect((await socket.nextJson<Event>()).requestContext.routeKey).toBe("echo")
      },
    },
    {
      id: "deploy-stage-settings",
      does: "stage variables and throttles take effect for open sockets",
      localOnly: redeploys,
      async run() {
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
    },
    {
      id: "deploy-broken",
      does: "a template that cannot be served is refused, and the last good one goes on",
      localOnly: redeploys,
      async run() {
        const { url, gateway, rewrite } = await startLocal({ routes })
        const socket = await openSocket(url)
        rewrite({ routes: { ...routes, bad: { ...twoWay, timeoutMs: 1 } } })
        await expect(gateway.reload()).rejects.toThrow("between 50 and 29000")
        await echo(socket)
        await openEcho(url)
      },
    },
    {
      id: "deploy-removed-stage",
      does: "a stage that is no longer there takes no new connection; messages of its old ones vanish",
      localOnly: redeploys,
      async run() {
        const { url, gateway, rewrite } = await startLocal({ routes })
        const socket = await openSocket(url)
        rewrite({ routes, stageName: "next" })
        await gateway.reload()
        expect((await refusedSocket(url)).status).toBe(403)
        await openEcho(url.replace(/\/dev$/, "/next"))
        socket.send({ action: "echo" })
        socket.close(1000)
        expect((await socket.closed).code).toBe(1000)
      },
    },
    {
      id: "deploy-auto",
      does: "a stage with AutoDeploy serves without a deployment of its own",
      localOnly: ownTemplate,
      async run() {
        const auto = {
          Type: "AWS::ApiGatewayV2::Stage",
          Properties: { ApiId: { Ref: "Api" }, StageName: "auto", AutoDeploy: true },
        }
        const { url } = await startLocal({ routes, resources: { Auto: auto } })
        await openEcho(url.replace(/\/dev$/, "/auto"))
      },
    },
    {
      id: "deploy-without-routes",
      does: "a deployment without a route is refused in AWS's words",
      localOnly: ownTemplate,
      async run() {
        await expect(startLocal({ routes: {} })).rejects.toThrow(
          "At least one route is required before deploying the Api",
        )
      },
    },
    {
      id: "deploy-same-stage-twice",
      does: "two stages of one name are refused in AWS's words",
      localOnly: ownTemplate,
      async run() {
        const again = { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: { Ref: "Api" }, StageName: "dev" } }
        await expect(startLocal({ routes, resources: { Again: again } })).rejects.toThrow(
          "Stage with name dev already exists for this API",
        )
      },
    },
    {
      id: "deploy-same-route-twice",
      does: "two routes of one key are refused in AWS's words",
      localOnly: ownTemplate,
      async run() {
        const again = { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api" }, RouteKey: "echo" } }
        await expect(startLocal({ routes, resources: { Again: again } })).rejects.toThrow(
          "Route with key echo already exists for this API",
        )
      },
    },
  ],
}
