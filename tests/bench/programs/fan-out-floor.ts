// The floor of the fan-out: a server that sends the body of each POST to one WebSocket, and a thread that posts to all of
// them over connections that are kept.
import { Agent, request } from "node:http"
import type { AddressInfo } from "node:net"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { serveRequests } from "../program.ts"
import { createPushServer } from "../push-server.ts"

const postsAtOnce = 64

if (isMainThread) serveFloor()
else parentPort?.on("message", (push: { count: number; body: string }) => postToAll(workerData.port, push))

function serveFloor(): void {
  const { server, sockets } = createPushServer()
  const listening = new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 4096, resolve))
  const poster = listening.then(() => {
    return new Worker(new URL(import.meta.url), { workerData: { port: (server.address() as AddressInfo).port } })
  })
  serveRequests(
    {
      async address() {
        await listening
        return { port: (server.address() as AddressInfo).port, path: "/" }
      },
      async push({ body }: { body: string }) {
        ;(await poster).postMessage({ count: sockets.length, body })
        return sockets.length
      },
    },
    () => server.close(),
  )
}

async function postToAll(port: number, { count, body }: { count: number; body: string }): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  let next = 0
  const postInTurn = async () => {
    while (next < count) {
      const path = `/${next++}`
      await new Promise<void>((resolve, reject) => {
        const post = request({ host: "127.0.0.1", port, path, method: "POST", agent }, (response) => {
          response.resume().once("end", resolve)
        })
        post.once("error", reject).end(body)
      })
    }
  }
  await Promise.all(Array.from({ length: postsAtOnce }, postInTurn))
  agent.destroy()
}
