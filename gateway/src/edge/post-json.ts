// Posts JSON to a server that the user has named, such as a collector of OpenTelemetry.
import { request as overHttp } from "node:http"
import { request as overTls } from "node:https"

const TIMEOUT_MS = 10_000

/** @throws when the server cannot be reached, or responds with another status than success */
export function postJson(url: string, body: string): Promise<void> {
  const start = url.startsWith("https:") ? overTls : overHttp
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const sending = start(url, { method: "POST", headers, timeout: TIMEOUT_MS })
    // Both can follow the response too, when its body does not end. Nothing waits for them then.
    sending.on("timeout", () => sending.destroy(new Error(`${url} does not respond.`)))
    sending.on("error", reject)
    sending.on("response", (response) => {
      response.resume()
      const { statusCode = 0 } = response
      if (statusCode < 300) resolve()
      else reject(new Error(`${url} responds with ${statusCode}.`))
    })
    sending.end(body)
  })
}
