// Maps the host names that things have on AWS to loopback ports.

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
  const ports = new Map<string, number>()
  return {
    set: (host, port) => void ports.set(host, port),
    delete: (host) => void ports.delete(host),
    has: (host) => ports.has(host),
    localize(text) {
      let localized = text
      for (const [host, port] of ports) {
        localized = localized
          .replaceAll(`wss://${host}`, `ws://localhost:${port}`)
          .replaceAll(`https://${host}`, `http://localhost:${port}`)
          .replaceAll(host, `localhost:${port}`)
      }
      return localized
    },
    hosts: () => Object.fromEntries(ports),
  }
}
