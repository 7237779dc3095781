// A grant that is missing is missed here as on AWS, and what is told of it is the cure: each test applies it as told.
import type { GatewayEvent, GatewayOptions } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { type LocalGateway, shareLocal, startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, manageConnections, type TestApi } from "../testing/template.ts"

/** Pushes to the sender, through the API's host name on AWS. */
const push = `
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
export const handler = async ({ requestContext: { domainName, stage, connectionId } }) => {
  const client = new ApiGatewayManagementApiClient({ endpoint: "https://" + domainName + "/" + stage })
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "pushed" }))
  return { statusCode: 200 }
}`

const logsErrors = { DefaultRouteSettings: { LoggingLevel: "ERROR" } }

type Denied = GatewayEvent & { event: "denied" }

const denied = ({ events }: LocalGateway) => events.filter((event): event is Denied => event.event === "denied")
const output = ({ events }: LocalGateway) =>
  events.flatMap((event) => (event.event === "log" && event.source === "function" ? event.message : [])).join("")

/** The execution log, less the request id that each line begins with. */
const executionLog = ({ events }: LocalGateway) =>
  events.flatMap((event) =>
    event.event === "log" && event.source === "api-gateway" ? event.message.replace(/^\(\S+\) /, "") : [],
  )

/** The CloudFormation part of a suggested fix, to be inserted at the place that the fix names. */
// biome-ignore lint/suspicious/noExplicitAny: put into a template as it is
const cureOf = (denial: Denied | undefined, where: string): any => {
  expect(denial?.cure).toMatch(where)
  return JSON.parse(denial?.cure.slice(where.length) ?? "")
}

const serve = shareLocal()

describe("a function that pushes to a connection without a grant", () => {
  const api = { routes: { push: { code: push } } }

  test("fails with AWS's message in its log, and works with the suggested statement", async () => {
    const local = await serve(api)
    const socket = await openSocket(local.url)
    socket.send({ action: "push" })
    expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })

    const { ApiId } = local.gateway.outputs()
    const arn = "arn:aws:execute-api:us-east-1"
    expect(output(local)).toContain("AccessDeniedException")
    expect(output(local)).toMatch(
      /User: arn:aws:sts::\d{12}:assumed-role\/[\w-]+-Role-\w+\/[\w-]+-FunctionPush-\w+ is not/,
    )
    expect(output(local)).toContain(
      `is not authorized to perform: execute-api:ManageConnections on resource: ${arn}:********0000:${ApiId}/dev/POST/@connections/{connectionId}`,
    )
    expect(denied(local)).toEqual([
      {
        event: "denied",
        action: "execute-api:ManageConnections",
        resource: `${arn}:000000000000:${ApiId}/dev/POST/@connections/{connectionId}`,
        role: "Role",
        principalArn: expect.stringContaining(":assumed-role/"),
        explanation: "No policy of Role allows execute-api:ManageConnections on this resource.",
        cure: expect.stringContaining("Add to the policies of Role: "),
      },
    ])

    local.rewrite({ ...api, statements: [cureOf(denied(local)[0], "Add to the policies of Role: ")] })
    await local.gateway.reload()
    socket.send({ action: "push" })
    expect(await socket.next()).toBe("pushed")
  })

  test("is reported once for repeated calls", async () => {
    const local = await serve(api)
    const socket = await openSocket(local.url)
    for (let times = 0; times < 3; times++) {
      socket.send({ action: "push" })
      await socket.next()
    }
    expect(denied(local)).toHaveLength(1)
  })

  test("can be granted single methods and stages", async () => {
    const onlyGet = {
      ...manageConnections,
      Resource: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/dev/GET/*" },
    }
    const local = await serve({ ...api, statements: [onlyGet] })
    const socket = await openSocket(local.url)
    socket.send({ action: "push" })
    expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
    expect(denied(local)).toHaveLength(1)
  })

  test("is allowed and reported with --iam warn, and not reported with --iam off", async () => {
    const run = async (iam: NonNullable<GatewayOptions["iam"]>) => {
      const local = await startLocal(api, { iam })
      const socket = await openSocket(local.url)
      socket.send({ action: "push" })
      expect(await socket.next()).toBe("pushed")
      return denied(local).map(({ action }) => action)
    }
    expect(await run("warn")).toEqual(["execute-api:ManageConnections"])
    expect(await run("off")).toEqual([])
  })
})

describe("a function that API Gateway has no permission to invoke", () => {
  const invalidPermissions = "Execution failed due to configuration error: Invalid permissions on Lambda function"

  test("rejects handshakes with 500, and accepts them with the suggested resource", async () => {
    const api: TestApi = { routes: { $connect: { code: accept, withoutPermission: true } }, stage: logsErrors }
    const local = await serve(api)
    const { ApiId } = local.gateway.outputs()
    const { status, body } = await rejectedHandshake(local.url)
    expect(status).toBe(500)
    expect(body).toMatch(/^\{"message": "Internal server error", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/)
    expect(executionLog(local)).toEqual([invalidPermissions])
    expect(denied(local)).toMatchObject([
      {
        action: "lambda:InvokeFunction",
        role: "apigateway.amazonaws.com",
        explanation: "API Gateway may not invoke the function: FunctionConnect has no permission at all.",
      },
    ])

    const Cure = cureOf(denied(local)[0], "Add to the Resources: ")
    expect(JSON.stringify(Cure)).not.toContain(ApiId)
    local.rewrite({ ...api, resources: { Cure } })
    await local.gateway.reload()
    await openSocket(local.url)
  })

  test("responds to messages with an error frame, and the connection stays open", async () => {
    const local = await startLocal({
      routes: { $connect: { code: accept }, act: { code: echoEvent, twoWay: true, withoutPermission: true } },
      stage: logsErrors,
    })
    const socket = await openSocket(local.url)
    for (let times = 0; times < 2; times++) {
      socket.send({ action: "act" })
      expect(await socket.next()).toMatch(/^\{"message": "Internal server error", "connectionId":"/)
    }
    expect(executionLog(local)).toEqual([invalidPermissions, invalidPermissions])
    expect(denied(local)).toHaveLength(1)
  })

  test("is not covered by a permission for another route", async () => {
    const other = {
      Type: "AWS::Lambda::Permission",
      Properties: {
        FunctionName: { Ref: "FunctionAct" },
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*$connect" },
      },
    }
    const local = await startLocal({
      routes: { act: { code: echoEvent, twoWay: true, withoutPermission: true } },
      resources: { Other: other },
    })
    const socket = await openSocket(local.url)
    socket.send({ action: "act" })
    expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })
    expect(denied(local)[0]?.explanation).toMatch(
      /^API Gateway may not invoke the function: no permission of FunctionAct matches arn:.*\/dev\/act\.$/,
    )
  })

  test("is invoked with --iam warn, which reports the fix, and with --iam off", async () => {
    const api: TestApi = { routes: { $connect: { code: accept, withoutPermission: true } } }
    const warned = await startLocal(api, { iam: "warn" })
    await openSocket(warned.url)
    expect(denied(warned)).toHaveLength(1)
    const silent = await startLocal(api, { iam: "off" })
    await openSocket(silent.url)
    expect(silent.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
  })
})

describe("a role that API Gateway runs the function with", () => {
  const role = (service: string, statements: unknown[] = []) => ({
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
      },
      Policies: [{ PolicyName: "invoke", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
    },
  })
  const api = (Caller: object): TestApi => ({
    routes: { $connect: { code: accept, withoutPermission: true, credentials: "Caller" } },
    resources: { Caller },
    stage: logsErrors,
  })

  test("needs a trust policy for API Gateway and permission to invoke the function", async () => {
    const Caller = role("lambda.amazonaws.com")
    const local = await startLocal(api(Caller))
    expect(await rejectedHandshake(local.url)).toMatchObject({ status: 500 })
    expect(executionLog(local).at(-1)).toMatch(
      /^Execution failed due to configuration error: API Gateway does not have permission to assume the provided role arn:aws:iam::000000000000:role\/[\w-]+-Caller-\w+$/,
    )
    const [trust] = denied(local)
    expect(trust).toMatchObject({ action: "sts:AssumeRole", role: "Caller" })

    Caller.Properties.AssumeRolePolicyDocument.Statement.push(
      cureOf(trust, "Add to the AssumeRolePolicyDocument of Caller: "),
    )
    local.rewrite(api(Caller))
    await local.gateway.reload()
    expect(await rejectedHandshake(local.url)).toMatchObject({ status: 500 })
    expect(executionLog(local).at(-1)).toBe(
      "Execution failed due to configuration error: Invalid permissions on Lambda function",
    )
    const invoke = denied(local)[1]
    expect(invoke).toMatchObject({ action: "lambda:InvokeFunction", role: "Caller" })

    const cured = role("apigateway.amazonaws.com", [cureOf(invoke, "Add to the policies of Caller: ")])
    local.rewrite(api(cured))
    await local.gateway.reload()
    await openSocket(local.url)
    expect(denied(local)).toHaveLength(2)
  })
})
