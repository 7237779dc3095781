// How Python handlers reach the gateway, the services, and no other AWS host.
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest"
import { closeLambdas, shareLambda, startLambda } from "../../testing/lambda-under-test.ts"
import { definePython, hasBoto3, hostPython, needsBoto3, needsPython } from "../../testing/python-under-test.ts"

const host = "abc123.execute-api.eu-west-1.amazonaws.com"
const requests: { method?: string | undefined; url?: string | undefined; host?: string | undefined; body: string }[] =
  []
let server: Server
let port: number

beforeEach(async () => {
  requests.length = 0
  server = createServer(async (request, response) => {
    requests.push({ method: request.method, url: request.url, host: request.headers.host, body: await bodyOf(request) })
    // A body that is not XML would be an error of S3.
    response.end(request.method === "PUT" ? "" : "served here")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  ;({ port } = server.address() as AddressInfo)
})

afterEach(async () => {
  await closeLambdas()
  server.closeAllConnections()
  server.close()
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ""
  for await (const chunk of request.setEncoding("utf8")) body += chunk
  return body
}

function start(source: string, endpoints: Record<string, string> = {}) {
  return startLambda([definePython(source)], {
    network: () => ({ [host]: port, "*.s3.eu-west-1.amazonaws.com": port }),
    endpoints: () => endpoints,
  })
}

describe.runIf(hostPython)(needsPython("the address of an API in a Python handler"), () => {
  test.each([
    [
      "http.client",
      `import http.client
def handler(event, context):
    connection = http.client.HTTPSConnection("${host}")
    connection.request("POST", "/stage/path", "a body")
    return connection.getresponse().read().decode()`,
    ],
    [
      "urllib.request",
      `import urllib.request
def handler(event, context):
    request = urllib.request.Request("https://${host}/stage/path", data=b"a body", method="POST")
    return urllib.request.urlopen(request).read().decode()`,
    ],
    [
      "asyncio",
      `import asyncio
async def post():
    reader, writer = await asyncio.open_connection("${host}", 443, ssl=True)
    writer.write(b"POST /stage/path HTTP/1.1\\r\\nHost: ${host}\\r\\nContent-Length: 6\\r\\nConnection: close\\r\\n\\r\\na body")
    response = await reader.read()
    assert writer.get_extra_info("peercert")["subjectAltName"] == (("DNS", "${host}"),)
    writer.close()
    return response.decode().split("\\r\\n")[-1].strip() or response.decode()
def handler(event, context):
    return asyncio.run(post())`,
    ],
    [
      "a socket that is wrapped",
      `import socket, ssl
def handler(event, context):
    context = ssl.create_default_context()
    with socket.create_connection(("${host}", 443), timeout=5) as bare:
        with context.wrap_socket(bare, server_hostname="${host}") as tls:
            assert isinstance(tls, ssl.SSLSocket) and tls.version() == "TLSv1.3" and tls.gettimeout() == 5
            assert tls.getpeercert()["subjectAltName"][0][1] == "${host}"
            tls.sendall(b"POST /stage/path HTTP/1.0\\r\\nHost: ${host}\\r\\nContent-Length: 6\\r\\n\\r\\na body")
            return tls.makefile("rb").read().decode().split("\\r\\n")[-1]`,
    ],
  ])("is reached by %s", async (_, source) => {
    expect(await start(source).call()).toContain("served here")
    expect(requests).toEqual([{ method: "POST", url: "/stage/path", host, body: "a body" }])
  })

  test("is reached when its modules were imported before the runtime changed them", async () => {
    const source = `import http.client, ssl, socket
from socket import create_connection
def handler(event, context):
    create_connection(("${host}", 443)).close()
    connection = http.client.HTTPSConnection("${host.toUpperCase()}", timeout=5)
    connection.request("GET", "/stage")
    return connection.getresponse().read().decode()`
    expect(await start(source).call()).toBe("served here")
  })
})

describe.runIf(hasBoto3)(needsBoto3("boto3"), () => {
  test("reaches the API at an explicit endpoint", async () => {
    const source = `import boto3
client = boto3.client("apigatewaymanagementapi", endpoint_url="https://${host}/stage")
def handler(event, context):
    client.post_to_connection(ConnectionId="c=", Data=b"hello")`
    expect(await start(source).call()).toBe(null)
    expect(requests).toEqual([{ method: "POST", url: "/stage/@connections/c%3D", host, body: "hello" }])
  })

  test("reaches services by AWS_ENDPOINT_URL_* and by their address", async () => {
    const source = `import boto3
from botocore.config import Config
def handler(event, context):
    boto3.client("s3").put_object(Bucket="bucket", Key="by-variable", Body=b"1")
    config = Config(ignore_configured_endpoint_urls=True, s3={"addressing_style": "virtual"})
    boto3.client("s3", config=config).put_object(Bucket="bucket", Key="by-address", Body=b"2")`
    expect(await start(source, { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` }).call()).toBe(null)
    expect(requests.map(({ url }) => url)).toEqual(["/bucket/by-variable", "/by-address"])
    expect(requests[1]!.host).toBe("bucket.s3.eu-west-1.amazonaws.com")
  })

  test("is rejected at once, without retries, for a service that is not served", async () => {
    const source = `import boto3
def handler(event, context):
    boto3.client("sns").publish(TopicArn="arn:aws:sns:eu-west-1:1:t", Message="m")`
    const { errorType, errorMessage } = await start(source, { AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:1" }).fail()
    expect(errorType).toBe("HTTPClientError")
    expect(errorMessage).toContain(
      `sns.eu-west-1.amazonaws.com is not served locally, and calls to AWS never leave this machine. Served here: SQS, ${host}`,
    )
    expect(errorMessage).toContain("start with AWS_ENDPOINT_URL_SNS=https://sns.eu-west-1.amazonaws.com")
  })
})

describe.runIf(hostPython)(needsPython("another host in a Python handler"), () => {
  const source = `import socket
def handler(name, context):
    return socket.getaddrinfo(name, 443)[0][4]`
  const chosen = "no-such-service.invalid.amazonaws.com"
  const resolver = shareLambda([definePython(source)], {
    endpoints: () => ({ AWS_ENDPOINT_URL_ANY: `https://${chosen}/path` }),
  })
  afterAll(resolver.close)

  test.each(["sqs.eu-west-1.amazonaws.com", "bucket.s3.cn-north-1.amazonaws.com.cn", "x.us-east-1.api.aws"])(
    "of AWS is rejected: %s",
    async (name) => {
      expect(await resolver.lambda().fail(name)).toMatchObject({
        errorType: "NotServedLocally",
        errorMessage: expect.stringMatching(new RegExp(`^${name} is not served locally`)),
      })
    },
  )

  test.each([
    ["states", "SFN"],
    ["events", "EVENTBRIDGE"],
    ["secretsmanager", "SECRETS_MANAGER"],
    ["cognito-idp", "COGNITO_IDENTITY_PROVIDER"],
    ["bedrock-runtime", "BEDROCK_RUNTIME"],
  ])("names the variable of the SDK for %s: %s", async (service, variable) => {
    const { errorMessage } = await resolver.lambda().fail(`${service}.eu-west-1.amazonaws.com`)
    expect(errorMessage).toContain(` AWS_ENDPOINT_URL_${variable}=`)
  })

  test("of AWS is looked up when AWS_ENDPOINT_URL names it", async () => {
    expect((await resolver.lambda().fail(chosen)).errorType).toBe("gaierror")
  })

  test("that is not of AWS is looked up as ever", async () => {
    expect(await resolver.lambda().call("localhost")).toContain(443)
  })
})
