// Visitors whose clicks go through a Kinesis stream, as they see it.
import { join } from "node:path"
import { openSocket, startGateway, type TestSocket } from "@document-insight/gateway/testing"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "template.yaml")

/** The pages of the next confirmations, until there are as many. */
async function counted(visitor: TestSocket, count: number): Promise<string[]> {
  const pages: string[] = []
  while (pages.length < count) pages.push(...((await visitor.nextJson()) as { counted: string[] }).counted)
  return pages
}

test("each visitor receives their own clicks in order, and what is no click is not counted", async () => {
  await using gateway = await startGateway({ source })
  const [ada, grace] = await Promise.all([openSocket(gateway.webSocketUrl()), openSocket(gateway.webSocketUrl())])
  for (const page of ["/", "/talks", '/"quoted"']) ada.send({ action: "click", page })
  grace.send({
    action: "replay",
    actions: [
      { kind: "click", page: "/a" },
      { kind: "scroll", page: "/b" },
      { kind: "click", page: "/c" },
    ],
  })
  expect(await counted(ada, 3)).toEqual(["/", "/talks", '/"quoted"'])
  expect(await counted(grace, 2)).toEqual(["/a", "/c"])

  await grace.close()
  ada.send({ action: "click", page: "/last" })
  expect(await counted(ada, 1)).toEqual(["/last"])
  expect(gateway.events.filter(({ event }) => event === "denied" || event === "problem")).toEqual([])
})
