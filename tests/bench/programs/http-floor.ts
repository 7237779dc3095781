// The floor of the rows over HTTP: a server on Node.js that does the least for the same bytes.
import type { AddressInfo } from "node:net"
import { serveRequests } from "../program.ts"
import { createPushServer } from "../push-server.ts"

const { server } = createPushServer()
const listening = new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve))
serveRequests(
  {
    async address() {
      await listening
      return { port: (server.address() as AddressInfo).port, path: "/" }
    },
  },
  () => server.close(),
)
