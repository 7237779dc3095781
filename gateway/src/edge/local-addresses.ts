// Which address on this machine stands for which name on AWS. Nothing but this file and `gateway.ts` knows of both.

export type LocalAddresses = {
  /** Puts local addresses in place of AWS's, wherever they occur in a text. */
  localize(text: string): string
  /** Host name on AWS -> loopback port, for the network of the functions. */
  hosts(): Record<string, number>
}

/** @param ports host name on AWS -> the port that answers for it here; may grow */
export function localAddresses(ports: ReadonlyMap<string, number>): LocalAddresses {
  return {
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
