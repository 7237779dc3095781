// Kills the process groups of execution environments when the gateway itself is killed and cannot do it.
import { type ChildProcess, spawn } from "node:child_process"
import type { Socket } from "node:net"

// A shell, because it needs a megabyte where a second Node.js process needs forty. It reads the groups that begin and end
// until the gateway's end of the pipe closes, which also happens when the gateway is killed. Ctrl-C is sent to it as well.
const script = `
trap '' HUP INT TERM
groups=' '
while read -r change group; do
  case "$change$groups" in
    +*) groups="$groups$group " ;;
    -*" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -9 -"$group"; done`

let reaper: ChildProcess | undefined

/**
 * Windows has no process groups: there, a blocked handler outlives a gateway that is killed.
 *
 * @returns a function that takes the group off the list. Call it when the group has ended, because its number may be reused.
 */
export function killWithGateway(group: number): () => void {
  if (process.platform === "win32") return () => {}
  write(`+ ${group}\n`)
  return () => write(`- ${group}\n`)
}

function write(line: string): void {
  reaper ??= startReaper()
  reaper.stdin?.write(line)
}

function startReaper(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"], env: {}, detached: true })
  // Neither the process nor the pipe keeps the gateway running.
  child.unref()
  const stdin = child.stdin as Socket
  stdin.unref()
  // Without a shell, or when it was killed, environments still end with a gateway that exits or crashes.
  child.on("error", () => {})
  stdin.on("error", () => {})
  return child
}
