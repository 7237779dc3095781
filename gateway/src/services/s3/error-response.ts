// Responds with an error in the form of S3.
import type { ServerResponse } from "node:http"
import type { S3Error } from "./unserved-request.ts"
import { encodeXml } from "./xml.ts"

export function accessDenied(message: string): S3Error {
  return { status: 403, code: "AccessDenied", message }
}

export function sendError(response: ServerResponse, { status, code, message, details = {} }: S3Error): void {
  const requestId = response.getHeader("x-amz-request-id")
  const elements = Object.entries(details).map(([name, value]) => `<${name}>${value}</${name}>`)
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${encodeXml(message)}</Message>${elements.join("")}<RequestId>${requestId}</RequestId></Error>`
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(body) }).end(body)
}
