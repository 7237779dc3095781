// Loads the addresses of the APIs from config.json at run time, so that one build serves every environment.
import * as v from "valibot"

const configSchema = v.object({
  webSocketUrl: v.pipe(v.string(), v.regex(/^wss?:\/\//)),
  apiEndpoint: v.pipe(v.string(), v.regex(/^https?:\/\//)),
  envName: v.string(),
  /** Whether text in images is recognized. */
  acceptsImages: v.optional(v.boolean(), false),
  /** Null without sign-in. */
  signIn: v.nullish(v.object({ url: v.pipe(v.string(), v.regex(/^https?:\/\//)), clientId: v.string() })),
})
export type Config = v.InferOutput<typeof configSchema>

/** @throws Error with a message for the operator of the page. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-cache" }).catch(() => undefined)
  if (!response) throw new Error("The server of this page could not be reached. Check the network, then reload.")
  const config = v.safeParse(configSchema, await response.json().catch(() => undefined))
  if (response.ok && config.success) return config.output
  throw new Error(
    "The configuration of this page, config.json, is missing or incomplete. " +
      "It is written when the page is deployed, and by npm start.",
  )
}
