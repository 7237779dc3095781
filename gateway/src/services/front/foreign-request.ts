// Rejects requests that a web page of another site causes, and requests under a foreign Host header (DNS rebinding).
import type { IncomingHttpHeaders } from "node:http"

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"]

/**
 * @param awsHost the service's host name on AWS, which functions send; its subdomains are the buckets of S3
 * @param otherHost a second name that the service has
 * @returns what is wrong, as a sentence for the caller; undefined when the host is accepted
 */
export function foreignHost(
  { host = "" }: IncomingHttpHeaders,
  awsHost: string,
  otherHost = awsHost,
): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, "")
  if (isLoopback(name)) return undefined
  if ([awsHost, otherHost].some((known) => name === known || name.endsWith(`.${known}`))) return undefined
  return `The Host header "${printable(host)}" is neither a name of this machine nor ${awsHost}.`
}

/**
 * A page of this machine may call: its origin is a loopback name, on any port.
 * @returns what is wrong, as a sentence for the caller; undefined when the origin is accepted
 */
export function foreignOrigin({ origin }: IncomingHttpHeaders): string | undefined {
  if (origin === undefined || isLoopbackOrigin(origin)) return undefined
  return `The request comes from a page of "${printable(origin)}". Only pages of this machine may call this service.`
}

/**
 * A browser sends no Origin with some requests of a page, such as those of an `img` element, but it sends Sec-Fetch-Site.
 * @returns what is wrong, as a sentence for the caller; undefined when the site is accepted
 */
export function foreignSite(headers: IncomingHttpHeaders): string | undefined {
  const site = headers["sec-fetch-site"]
  if (headers.origin !== undefined || site === undefined || site === "same-origin" || site === "none") return undefined
  return "The request comes from a page of another site. Only pages of this machine may call this service."
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname)
}

// Browsers resolve every name under `localhost` to this machine, so such a name cannot be rebound.
function isLoopback(name: string): boolean {
  return loopbackNames.includes(name) || name.endsWith(".localhost")
}

function printable(text: string): string {
  return text.slice(0, 100).replaceAll(/[^\w.:/[\]-]/g, "?")
}
