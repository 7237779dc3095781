// Posts to @connections with one signed request each, at a quarter of the CPU time of the SDK's PostToConnection: the
// signing key, the headers and the hash of the data are computed once for many posts.
import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto"
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"

/** Data for many connections. */
export type PreparedPost = { readonly bytes: Buffer; readonly sha256: string }

/** `status` is undefined when there was no response: a timeout, or a lost connection. `reason` is AWS's, of an error. */
export type PostResult = { status: number; reason?: string } | { status: undefined; error: Error }

export type ConnectionsClient = { post(connectionId: string, data: PreparedPost): Promise<PostResult> }

type Signing = { expiresAtMs: number; date: string; scope: string; key: KeyObject; accessKeyId: string; token?: string }

// A connection that accepts no message must not hold up the others. Retries are the notifier's.
const timeoutMs = 1_000
const maxErrorCharacters = 4_096
const closedByPeer: ReadonlySet<string | undefined> = new Set(["ECONNRESET", "EPIPE"])

export function preparePost(text: string): PreparedPost {
  return { bytes: Buffer.from(text), sha256: sha256(text) }
}

/** The SDK's client resolves the region and the credentials, and renews them; it sends nothing. */
export function createConnectionsClient(
  endpoint: string,
  { config }: Pick<ApiGatewayManagementApiClient, "config"> = new ApiGatewayManagementApiClient({ endpoint }),
): ConnectionsClient {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint)
  const send = protocol === "http:" ? httpRequest : httpsRequest
  const agent = new (protocol === "http:" ? HttpAgent : HttpsAgent)({ keepAlive: true })
  const folder = `${pathname.replace(/\/$/, "")}/@connections/`
  let signing: Signing | undefined

  /** Valid for one second, the resolution of a signature's date. */
  async function currentSigning(): Promise<Signing> {
    if (signing && Date.now() < signing.expiresAtMs) return signing
    const [region, credentials] = await Promise.all([config.region(), config.credentials()])
    const seconds = Math.floor(Date.now() / 1000)
    const date = new Date(seconds * 1000).toISOString().replaceAll(/[-:]|\.000/g, "")
    const scope = [date.slice(0, 8), region, "execute-api", "aws4_request"]
    const secret = Buffer.from(`AWS4${credentials.secretAccessKey}`)
    const key = scope.reduce<Buffer>((parent, part) => hmac(parent, part), secret)
    signing = {
      expiresAtMs: (seconds + 1) * 1000,
      date,
      scope: scope.join("/"),
      // Signing with a buffer would make a key object of it each time, which takes longer than the signature.
      key: createSecretKey(key),
      accessKeyId: credentials.accessKeyId,
      ...(credentials.sessionToken !== undefined && { token: credentials.sessionToken }),
    }
    return signing
  }

  function headersOf(path: string, data: PreparedPost, { date, scope, key, accessKeyId, token }: Signing) {
    const signed = { host, "x-amz-date": date, ...(token !== undefined && { "x-amz-security-token": token }) }
    const names = Object.keys(signed).join(";")
    const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`)
    // Signature Version 4 encodes each part of the path once more.
    const canonicalPath = encodeURIComponent(path).replaceAll("%2F", "/")
    const canonical = `POST\n${canonicalPath}\n\n${lines.join("")}\n${names}\n${data.sha256}`
    const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString("hex")
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
    return { ...signed, authorization, "content-length": data.bytes.length }
  }

  function request(path: string, headers: OutgoingHttpHeaders, bytes: Buffer): Promise<PostResult> {
    return new Promise((resolve, reject) => {
      const posting = send({ hostname, port, agent, method: "POST", path, headers, timeout: timeoutMs }, (response) => {
        const status = response.statusCode ?? 0
        if (status < 400) response.resume().once("end", () => resolve({ status }))
        else readReason(response, (reason) => resolve({ status, ...(reason !== undefined && { reason }) }))
        response.once("error", reject)
      })
      posting
        .once("error", (error: NodeJS.ErrnoException) => {
          // The server may close an idle connection while the execution environment is frozen.
          if (posting.reusedSocket && closedByPeer.has(error.code)) resolve(request(path, headers, bytes))
          else reject(error)
        })
        .once("timeout", () => posting.destroy(new Error(`no response in ${timeoutMs} ms`)))
      posting.end(bytes)
    })
  }

  return {
    async post(connectionId, data) {
      try {
        const path = folder + encodeURIComponent(connectionId)
        return await request(path, headersOf(path, data, await currentSigning()), data.bytes)
      } catch (error) {
        return { status: undefined, error: error as Error }
      }
    },
  }
}

/** The `message` of an error's body: `User: … is not authorized to perform: execute-api:ManageConnections …`. */
function readReason(response: IncomingMessage, done: (reason: string | undefined) => void): void {
  let body = ""
  response.setEncoding("utf8").on("data", (text: string) => {
    if (body.length < maxErrorCharacters) body += text
  })
  response.once("end", () => {
    try {
      done(JSON.parse(body).message)
    } catch {
      done(body === "" ? undefined : body)
    }
  })
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}

function hmac(key: Buffer | KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest()
}
