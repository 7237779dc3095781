// Which origins may call the HTTP API and upload to the bucket: asked before the page's own stack exists.
import type { Config } from "./config.ts"

/**
 * The page is hosted after the API it calls, so the API cannot take its origin from the hosting stack: that would be
 * a circle. It comes from the settings: `web_origins`, or else the custom domain, or else any origin. "Any" gives
 * away nothing here: no request carries cookies, so a foreign page can do only what any program on the internet can.
 */
export function webOrigins(config: Config): string[] {
  if (config.web_origins.length > 0) return config.web_origins
  return config.web_domain_name === "" ? ["*"] : [`https://${config.web_domain_name}`]
}
