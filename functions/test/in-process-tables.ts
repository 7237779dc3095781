// Hands the requests of an SDK client to a DynamoDB of this process. A connection and a signature, which it does not check,
// would take two thirds of the time of a request.
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"

type Request = { method: string; path: string; headers: Record<string, string>; body?: Uint8Array }

/** @param serve responds to a request, as the listener of a server does */
export function inProcess(serve: RequestListener): Pick<DynamoDBClientConfig, "requestHandler" | "signer"> {
  const requestHandler = {
    handle: (request: Request) =>
      new Promise<{ response: object }>((resolve) => {
        const headers: Record<string, string> = {}
        const response = {
          statusCode: 200,
          setHeader(name: string, value: string | number) {
            headers[name.toLowerCase()] = String(value)
          },
          end(body: string) {
            const { statusCode } = response
            resolve({ response: { statusCode, headers, body: Readable.from([Buffer.from(body)]) } })
          },
        }
        serve(incoming(request), response as unknown as ServerResponse)
      }),
  }
  const sign = async (request: Request) => {
    request.headers.authorization = "AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=none"
    request.headers["x-amz-date"] = "20261127T000000Z"
    return request
  }
  return { requestHandler, signer: { sign } } as unknown as ReturnType<typeof inProcess>
}

function incoming({ method, path, headers, body = new Uint8Array() }: Request): IncomingMessage {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const message = Object.assign(Readable.from([bytes]), { method, url: path, headers: Object.fromEntries(lowerCase) })
  return message as unknown as IncomingMessage
}
