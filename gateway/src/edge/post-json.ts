// Posts JSON to a server that the user has named, such as a collector of OpenTelemetry.
import { once } from "node:events"
import { request as overHttp } from "node:http"
import { request as overTls } from "node:https"

const TIMEOUT_MS = 10_000

/** @throws when the server cannot be reached, or responds with another status than success */
export async function postJson(url: string, body: string): Promise<void> {
  const start = url.startsWith("https:") ? overTls : overHttp
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }
  const sending = start(url, { method: "POST", headers, timeout: TIMEOUT_MS })
  sending.on("timeout", () => sending.destroy(new Error(`${url} does not respond.`)))
  sending.end(body)
  const [response] = await once(sending, "response")
  response.resume()
  if (response.statusCode >= 300) throw new Error(`${url} responds with ${response.statusCode}.`)
}
