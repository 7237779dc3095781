// A start and a reload succeed as a whole or change nothing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setImmediate as nextTurn } from "node:timers/promises"
import { afterEach, expect, onTestFinished, test, vi } from "vitest"
import { runCommand } from "../testing/command.ts"
import { openSocket, type TestSocket } from "../testing/open-socket.ts"
import { type LocalGateway, startLocal } from "../testing/start-local.ts"
import { type TestApi, webSocketTemplate } from "../testing/template.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

const respond = (text: string) => `export const handler = async () => ({ statusCode: 200, body: "${text}" })`
const version = (code: string) => ({ routes: { $default: { code, twoWay: true } } })

const httpApi = {
  HttpApi: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
  HttpStage: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "HttpApi" }, StageName: "$default", AutoDeploy: true },
  },
}

const table = {
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  },
}

const missingCode = {
  Missing: {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { LocalPath: "no-such-folder" },
      Role: { "Fn::GetAtt": ["Role", "Arn"] },
    },
  },
}

async function ask(socket: TestSocket): Promise<string> {
  socket.send({ action: "any" })
  return socket.next()
}

const portInUse = (port: number) => expect.objectContaining({ code: "PORT_IN_USE", message: `Port ${port} is in use.` })

function writeTemplate(api: TestApi): string {
  const folder = mkdtempSync(join(tmpdir(), "reload-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, "template.json")
  writeFileSync(file, webSocketTemplate(api))
  return file
}

/** The first port of three in a row, of which the last one is taken. */
async function startBelowTakenPort(): Promise<{ local: LocalGateway; takenPort: number }> {
  for (;;) {
    const taken = createServer().listen(0, "127.0.0.1")
    await new Promise((resolve) => taken.once("listening", resolve))
    const { port: takenPort } = taken.address() as { port: number }
    onTestFinished(() => void taken.close())
    try {
      return { local: await startLocal(version(respond("first")), { port: takenPort - 2 }), takenPort }
    } catch (error) {
      expect(error).toEqual(expect.objectContaining({ code: "PORT_IN_USE" }))
    }
  }
}

test("a warm function reaches an API that the same reload adds", async () => {
  const { url, gateway, rewrite } = await startLocal(version(respond("first")))
  const socket = await openSocket(url)
  expect(await ask(socket)).toBe("first")
  const callHttpApi = `
    export const handler = async () => {
      const response = await fetch(process.env.HTTP_API)
      return { statusCode: 200, body: response.status + " " + await response.text() }
    }`
  rewrite({
    ...version(callHttpApi),
    environment: { HTTP_API: { "Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.amazonaws.com/" } },
    resources: httpApi,
  })
  await gateway.reload()
  expect(await ask(socket)).toBe('404 {"message":"Not Found"}')
})

test("the addresses of a REST API and of a function URL that a reload removes reject every request", async () => {
  const RestApiId = { Ref: "Rest" }
  const resources = {
    Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
    Method: {
      Type: "AWS::ApiGateway::Method",
      Properties: {
        RestApiId,
        ResourceId: { "Fn::GetAtt": ["Rest", "RootResourceId"] },
        HttpMethod: "GET",
        AuthorizationType: "NONE",
        Integration: {
          Type: "MOCK",
          RequestTemplates: { "application/json": '{"statusCode": 200}' },
          IntegrationResponses: [{ StatusCode: "200" }],
        },
        MethodResponses: [{ StatusCode: "200" }],
      },
    },
    RestDeployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: ["Method"], Properties: { RestApiId } },
    RestStage: {
      Type: "AWS::ApiGateway::Stage",
      Properties: { RestApiId, StageName: "prod", DeploymentId: { Ref: "RestDeployment" } },
    },
    Inline: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: "exports.handler = async () => 'from the URL'" },
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
      },
    },
    Url: {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: { "Fn::GetAtt": ["Inline", "Arn"] }, AuthType: "NONE" },
    },
    UrlPermission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunctionUrl",
        FunctionName: { Ref: "Inline" },
        Principal: "*",
        FunctionUrlAuthType: "NONE",
      },
    },
    InvokePermission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: "Inline" },
        Principal: "*",
        InvokedViaFunctionUrl: true,
      },
    },
  }
  const outputs = { FunctionUrl: { Value: { "Fn::GetAtt": ["Url", "FunctionUrl"] } } }
  const { gateway, rewrite } = await startLocal({ ...version(respond("first")), resources, outputs })
  const stage = gateway.stages().find(({ stageName }) => stageName === "prod")?.url ?? ""
  const { FunctionUrl = "" } = gateway.outputs()
  expect((await fetch(stage)).status).toBe(200)
  expect(await (await fetch(FunctionUrl)).text()).toBe("from the URL")

  rewrite(version(respond("second")))
  await gateway.reload()
  expect(gateway.stages().map(({ stageName }) => stageName)).not.toContain("prod")
  expect((await fetch(stage)).status).toBe(403)
  expect((await fetch(FunctionUrl)).status).toBe(404)
})

test("a reload whose function has no code changes nothing, and creates no table", async () => {
  const listen = vi.spyOn(Server.prototype, "listen")
  const { url, gateway, rewrite } = await startLocal(version(respond("first")))
  const socket = await openSocket(url)
  expect(await ask(socket)).toBe("first")
  const opened = listen.mock.calls.length
  rewrite({ ...version(respond("second")), resources: { ...httpApi, ...table, ...missingCode } })
  await expect(gateway.reload()).rejects.toThrow("The code of function Missing is not at")
  expect(await ask(socket)).toBe("first")
  expect(gateway.endpoints).not.toHaveProperty("dynamodb")
  expect(listen.mock.calls.length).toBe(opened)
})

test("a reload whose API finds its port taken changes nothing, and the next one uses that port", async () => {
  const { local, takenPort } = await startBelowTakenPort()
  const { url, gateway, rewrite } = local
  const socket = await openSocket(url)
  expect(await ask(socket)).toBe("first")
  const added = { Added: { Value: { "Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}" } } }
  rewrite({ ...version(respond("second")), resources: httpApi, outputs: added })
  await expect(gateway.reload()).rejects.toEqual(portInUse(takenPort))
  expect(await ask(socket)).toBe("first")
  expect(gateway.outputs().Added).toBe(undefined)
  rewrite({ ...version(respond("third")) })
  await gateway.reload()
  expect(await ask(socket)).toBe("third")
})

test("a reload waits for the one before it, so that an API is opened once", async () => {
  const { url, gateway, rewrite } = await startLocal(version(respond("first")))
  const socket = await openSocket(url)
  const { listen } = Server.prototype
  const held = Promise.withResolvers<void>()
  const spy = vi.spyOn(Server.prototype, "listen").mockImplementationOnce(function (this: Server, ...args: unknown[]) {
    void held.promise.then(() => Reflect.apply(listen, this, args))
    return this
  })
  rewrite({ ...version(respond("second")), resources: httpApi })
  const reloads = [gateway.reload(), gateway.reload()]
  // Time enough, in turns of the event loop, for the second reload to reach the same point if it did not wait.
  for (let turn = 0; turn < 1000 && spy.mock.calls.length < 2; turn++) await nextTurn()
  held.resolve()
  await Promise.all(reloads)
  expect(spy).toHaveBeenCalledTimes(1)
  expect(await ask(socket)).toBe("second")
})

test("a start that fails after the stand-ins have started closes them and exits with 1", async () => {
  const listen = vi.spyOn(Server.prototype, "listen")
  const api = { ...version(respond("first")), resources: { ...table, ...missingCode } }
  await expect(startLocal(api)).rejects.toThrow("The code of function Missing is not at")
  const servers = listen.mock.contexts as Server[]
  expect(servers.length).toBeGreaterThan(0)
  expect(servers.map((server) => server.listening)).toEqual(servers.map(() => false))

  // The sources run on the pinned Node.js only.
  if (process.env.GATEWAY_PACKAGE !== undefined) return
  const command = runCommand("gateway/src/cli/main.ts", [writeTemplate(api), "--port", "0"])
  expect(await command.exitCode, "the process ends").toBe(1)
  expect(command.stderr()).toContain("The code of function Missing is not at")
})
