// Options of the gateway's own clients of the services.
import { Agent, type AgentOptions } from "node:http"

export type ClientOptions = {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** Of a client that connects to a private socket; it needs no valid signature there. */
  requestHandler?: { httpAgent: Agent }
}

/** For a client that creates resources in a stand-in before its endpoint serves them. */
export function privateClientOptions(region: string, socketPath: string): ClientOptions {
  return {
    endpoint: "http://localhost",
    region,
    credentials: { accessKeyId: "gateway", secretAccessKey: "gateway" },
    // An agent passes its options on to the socket; the types do not list this one.
    requestHandler: { httpAgent: new Agent({ socketPath } as AgentOptions) },
  }
}
