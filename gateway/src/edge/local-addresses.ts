// Maps the host names of APIs, sites and user pools on AWS to loopback ports.

export type LocalAddresses = {
  set(host: string, port: number): void
  delete(host: string): void
  has(host: string): boolean
  /** Replaces AWS addresses by local ones wherever they occur in a text. */
  localize(text: string): string
  /** Port by host name, for the network of the functions. */
  hosts(): Record<string, number>
}

export function createLocalAddresses(): LocalAddresses {
  const hosts = new Map<string, { port: number; pattern: RegExp }>()
  return {
    set: (host, port) => void hosts.set(host, { port, pattern: addressesOf(host) }),
    delete: (host) => void hosts.delete(host),
    has: (host) => hosts.has(host),
    localize(text) {
      let localized = text
      for (const [host, { port, pattern }] of hosts) {
        if (!localized.includes(host)) continue
        localized = localized.replaceAll(
          pattern,
          (_, scheme = "") => `${localSchemes.get(scheme) ?? ""}localhost:${port}`,
        )
      }
      return localized
    },
    hosts: () => Object.fromEntries([...hosts].map(([host, { port }]) => [host, port])),
  }
}

const localSchemes = new Map([
  ["wss://", "ws://"],
  ["https://", "http://"],
])

/** The host as a whole: a custom domain name can be a part of another one. */
function addressesOf(host: string): RegExp {
  const escaped = host.replaceAll(/[^\w-]/g, "\\$&")
  return new RegExp(`(?:(wss://|https://)|(?<![\\w.-]))${escaped}(?![\\w-]|\\.\\w)`, "g")
}
