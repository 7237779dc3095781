// A function that is a compiled program: it responds, keeps its state, and survives its own crash.
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { openSocket, startGateway } from "@document-insight/gateway/testing"
import { describe, expect, onTestFinished, test } from "vitest"

const hasCompiler = process.platform !== "win32" && spawnSync("cc", ["--version"]).status === 0
const title = `the compiled program${hasCompiler ? "" : " (skipped: there is no C compiler named cc)"}`

function buildApplication(): string {
  const folder = mkdtempSync(join(tmpdir(), "compiled-program-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(import.meta.dirname, "template.yaml"), join(folder, "template.yaml"))
  mkdirSync(join(folder, "build"))
  const source = join(import.meta.dirname, "bootstrap.c")
  execFileSync("cc", ["-D_GNU_SOURCE", "-O1", "-o", join(folder, "build", "bootstrap"), source])
  return join(folder, "template.yaml")
}

describe.runIf(hasCompiler)(title, () => {
  test("responds to messages in one process, and a crash fails one message only", async () => {
    await using gateway = await startGateway({ source: buildApplication() })
    const socket = await openSocket(gateway.webSocketUrl())
    socket.send("one two three")
    expect(await socket.next()).toBe("3 words, invocation 1")
    socket.send("four")
    expect(await socket.next()).toBe("1 words, invocation 2")
    socket.send("crash")
    expect(JSON.parse(await socket.next())).toMatchObject({ message: "Internal server error" })
    socket.send("five six")
    expect(await socket.next()).toBe("2 words, invocation 1")
    await expect.poll(() => gateway.logs().filter((line) => line === "counted"), { timeout: 15_000 }).toHaveLength(3)
  })
})
