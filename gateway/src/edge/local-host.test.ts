// Which Host headers are names of this machine.
import type { IncomingMessage } from "node:http"
import { expect, test } from "vitest"
import { isLocalHost } from "./local-host.ts"

const request = (host: string | undefined, localPort: number) =>
  ({ headers: { host }, socket: { localPort } }) as unknown as IncomingMessage

test.each(["localhost:4000", "LOCALHOST:4000", "127.0.0.1:4000", "[::1]:4000"])("%s is this machine", (host) => {
  expect(isLocalHost(request(host, 4000))).toBe(true)
})

test.each([undefined, "", "localhost", "localhost:4001", "evil.example:4000", "localhost.evil.example:4000"])(
  "%s is not this machine at port 4000",
  (host) => {
    expect(isLocalHost(request(host, 4000))).toBe(false)
  },
)

test("the port may be left out at port 80, which http implies", () => {
  expect(isLocalHost(request("localhost", 80))).toBe(true)
  expect(isLocalHost(request("localhost:80", 80))).toBe(true)
  expect(isLocalHost(request("evil.example", 80))).toBe(false)
})

test("the name of the site on AWS is accepted when it is given", () => {
  expect(isLocalHost(request("d1.cloudfront.net", 4000), "d1.cloudfront.net")).toBe(true)
  expect(isLocalHost(request("d1.cloudfront.net", 4000))).toBe(false)
})
