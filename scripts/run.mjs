// The door every `npm run` command goes through: installs what is missing, then runs the given file on the pinned
// Node 24. It is plain JavaScript without dependencies because it must also run on Node 20 in a bare clone.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"

const root = join(import.meta.dirname, "..")
const stamp = join(root, "node_modules", ".installed-lockfile")
const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node")

installWhatIsMissing()
runOnPinnedNode(process.argv.slice(2))

function installWhatIsMissing() {
  const lockfile = readFileSync(join(root, "package-lock.json"), "utf8")
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, "utf8") === lockfile) return
  process.stderr.write("Installing dependencies (once, about a minute)...\n")
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"]
  // stdout belongs to the command (with --json it is read by programs), so npm's goes to stderr.
  const installed = spawnSync(npm[0], [...npm.slice(1), "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, npm_config_loglevel: "error" },
  })
  if (installed.status !== 0) {
    process.stderr.write("Could not install the dependencies.\n  Hint: run `npm ci` to see npm's own message.\n")
    process.exit(1)
  }
  writeFileSync(stamp, lockfile)
}

function runOnPinnedNode([file, ...args]) {
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", join(root, file), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: join(root, "node_modules", ".bin") + delimiter + process.env.PATH },
  })
  // A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone has to be passed on. When npm
  // is ended, the shell between may take the signal and leave this process without a parent: that means the same.
  process.on("SIGINT", () => {})
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref()
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 128 : 1)))
}
