// Creates the Unix domain socket (Windows: the named pipe) that a stand-in listens on. A web page cannot connect to one.
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export type PrivateSocket = {
  path: string
  /** Removes the folder of the socket. */
  remove(): void
}

// The kernel rejects a longer path: 104 bytes on macOS, 108 on Linux, with the closing NUL.
const MAX_PATH_BYTES = 103

export function createPrivateSocket(): PrivateSocket {
  if (process.platform === "win32") {
    return { path: `\\\\.\\pipe\\gateway-${randomBytes(16).toString("hex")}`, remove: () => {} }
  }
  // A folder from mkdtemp has mode 0700: no other user can open what is in it.
  const folder = mkdtempSync(join(shortTemporaryFolder(), "gateway-"))
  return { path: join(folder, "socket"), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function shortTemporaryFolder(): string {
  const longest = join(tmpdir(), "gateway-XXXXXX", "socket")
  return Buffer.byteLength(longest) <= MAX_PATH_BYTES ? tmpdir() : "/tmp"
}
