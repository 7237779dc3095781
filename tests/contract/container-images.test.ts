// Functions of container images, whose files run without a container.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { expect, onTestFinished, test } from "vitest"

const uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Chat.Arn}/invocations"

/** A WebSocket API whose only function is the resource. */
function template(chat: Record<string, unknown>) {
  const Api = { Ref: "Api" }
  return {
    Transform: "AWS::Serverless-2016-10-31",
    Resources: {
      Api: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: { Name: "chat", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
      },
      Stage: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: Api, StageName: "dev", AutoDeploy: true } },
      Route: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: Api,
          RouteKey: "$default",
          RouteResponseSelectionExpression: "$default",
          Target: { "Fn::Sub": "integrations/${Integration}" },
        },
      },
      RouteResponse: {
        Type: "AWS::ApiGatewayV2::RouteResponse",
        Properties: { ApiId: Api, RouteId: { Ref: "Route" }, RouteResponseKey: "$default" },
      },
      Integration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: { ApiId: Api, IntegrationType: "AWS_PROXY", IntegrationUri: { "Fn::Sub": uri } },
      },
      Permission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { Ref: "Chat" },
          Principal: "apigateway.amazonaws.com",
        },
      },
      Chat: chat,
    },
  }
}

/** Starts a gateway with these files; the template is one of them. */
async function startWith(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "image-"))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  const gateway = await startGateway({ source: join(folder, "template.json") })
  onTestFinished(async () => {
    await gateway[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true })
  })
  const notices = gateway.events.flatMap((event) =>
    event.event === "log" || event.event === "problem" ? [JSON.stringify(event)] : [],
  )
  return { gateway, folder, notices }
}

const samImage = (properties: object = {}, metadata: object = {}) => ({
  Type: "AWS::Serverless::Function",
  Properties: { PackageType: "Image", ...properties },
  Metadata: { DockerContext: "./chat", Dockerfile: "Dockerfile", DockerTag: "v1", ...metadata },
})

const dockerfile = [
  "FROM public.ecr.aws/lambda/nodejs:24",
  "ENV GREETING=hello NAME=image",
  "COPY package*.json ${LAMBDA_TASK_ROOT}",
  "COPY src/ ${LAMBDA_TASK_ROOT}/src/",
  "RUN npm ci",
  'CMD ["src/app.handler"]',
].join("\n")

const app = `import { word } from "words"
export const handler = async () => ({ statusCode: 200, body: [process.env.GREETING, process.env.NAME, word].join(" ") })`

const chatFiles = {
  "chat/Dockerfile": dockerfile,
  "chat/package.json": '{"type":"module"}',
  "chat/src/app.js": app,
  "chat/node_modules/words/package.json": '{"type":"module","exports":"./index.js"}',
  "chat/node_modules/words/index.js": 'export const word = "from a package"',
}

test("a SAM function of an image runs the files, the variables and the command of its Dockerfile", async () => {
  const chat = samImage({ Environment: { Variables: { NAME: "function" } } })
  const { gateway, notices } = await startWith({ ...chatFiles, "template.json": JSON.stringify(template(chat)) })
  const socket = await openSocket(gateway.webSocketUrl())
  socket.send({ action: "any" })
  expect(await socket.next()).toBe("hello function from a package")
  expect(notices.filter((line) => line.includes("Dockerfile"))).toEqual([])
})

test("the command of ImageConfig replaces that of the image, which can be an asset of CDK, of Python", async () => {
  const chat = {
    Type: "AWS::Lambda::Function",
    Properties: {
      PackageType: "Image",
      Code: { ImageUri: { "Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/assets:abc" } },
      ImageConfig: { Command: ["other.answer"] },
      Role: "arn:aws:iam::000000000000:role/chat",
    },
    Metadata: {
      "aws:asset:path": "asset.abc",
      "aws:asset:dockerfile-path": "docker/Dockerfile",
      "aws:asset:property": "Code.ImageUri",
    },
  }
  const { gateway } = await startWith({
    "template.json": JSON.stringify(template(chat)),
    "asset.abc/docker/Dockerfile": 'FROM public.ecr.aws/lambda/python:3.12\nCOPY *.py ./\nCMD ["app.handler"]',
    "asset.abc/other.py": 'def answer(event, context):\n    return {"statusCode": 200, "body": "python"}\n',
  })
  const socket = await openSocket(gateway.webSocketUrl())
  socket.send({ action: "any" })
  expect(await socket.next()).toBe("python")
})

const stages = [
  "FROM node:24 AS builder",
  "WORKDIR /usr/app",
  "COPY package.json app.ts ./",
  "RUN npm install && npm run build",
  "FROM public.ecr.aws/lambda/nodejs:24",
  "COPY --from=builder /usr/app/dist/* ./",
  'CMD ["app.handler"]',
].join("\n")

test("a function of an image of several stages runs what was built in the build context", async () => {
  const { gateway } = await startWith({
    "template.json": JSON.stringify(template(samImage())),
    "chat/Dockerfile": stages,
    "chat/package.json": "{}",
    "chat/dist/app.js": 'exports.handler = async () => ({ statusCode: 200, body: "built" })',
  })
  const socket = await openSocket(gateway.webSocketUrl())
  socket.send({ action: "any" })
  expect(await socket.next()).toBe("built")
})

test.each<[what: string, files: Record<string, string>, chat: object, notice: string]>([
  [
    "with an instruction that is not known",
    { "chat/Dockerfile": `${dockerfile}\nRUN make all` },
    samImage(),
    'runs \\"make all\\", and only commands that install packages of Node.js or Python are known, so calls to it fail.',
  ],
  ["without a Dockerfile", {}, samImage({}, { Dockerfile: "missing" }), "Its Dockerfile is not at "],
  [
    "of a registry",
    {},
    samImage({ ImageUri: "1.dkr.ecr.eu-west-1.amazonaws.com/chat:1" }, { DockerContext: undefined }),
    "Its container image is not built here: the template names no folder with a Dockerfile.",
  ],
  [
    "whose file is missing",
    { "chat/Dockerfile": dockerfile.replace("src/ ", "lib/ ") },
    samImage(),
    "copies lib/, which is not in ",
  ],
  [
    "whose stage was not built",
    { "chat/Dockerfile": stages },
    samImage(),
    "only after this was run there: npm install && npm run build, so calls to it fail.",
  ],
  [
    "with an entry point",
    {},
    samImage({ ImageConfig: { EntryPoint: ["/bin/sh"] } }),
    "is used with an EntryPoint or a WorkingDirectory of ImageConfig",
  ],
])("an image %s is reported at start", async (_what, files, chat, notice) => {
  const { notices } = await startWith({
    ...chatFiles,
    ...files,
    "template.json": JSON.stringify(template(chat as Record<string, unknown>)),
  })
  expect(notices.filter((line) => line.includes(notice))).toHaveLength(1)
})

test("packages that the Dockerfile would install are reported when they are not there", async () => {
  const { "chat/node_modules/words/package.json": _, "chat/node_modules/words/index.js": __, ...files } = chatFiles
  const { notices } = await startWith({ ...files, "template.json": JSON.stringify(template(samImage())) })
  expect(notices.filter((line) => line.includes("Install its packages first: npm ci (in "))).toHaveLength(1)
})
