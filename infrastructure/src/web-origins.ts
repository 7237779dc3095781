// The origins that may call the HTTP API and upload to the bucket (CORS).
import type { Config } from "./config.ts"

/**
 * The page's stack depends on the API, so the API cannot depend on the page's stack for its origin. The origin comes from
 * the settings: `web_origins`, or the custom domain, or any origin. Any origin is safe here: no request carries cookies,
 * so a page of another origin can do only what any program on the internet can.
 */
export function webOrigins(config: Config): string[] {
  if (config.web_origins.length > 0) return config.web_origins
  return config.web_domain_name === "" ? ["*"] : [`https://${config.web_domain_name}`]
}
