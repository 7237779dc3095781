// The entry point of every npm command: installs missing dependencies, then runs the given file on the pinned Node 24.
// Plain JavaScript without dependencies, because it also runs on Node 20 in a fresh clone.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { isInstalled } from "./is-installed.mjs"

const root = join(import.meta.dirname, "..")
const stamp = join(root, "node_modules", ".installed-lockfile")
const node = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node")

installDependencies()
runOnPinnedNode(process.argv.slice(2))

function installDependencies() {
  const lockfile = readFileSync(join(root, "package-lock.json"), "utf8")
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, "utf8") === lockfile) return
  if (existsSync(node) && isInstalled(root, lockfile)) {
    writeFileSync(stamp, lockfile)
    return
  }
  process.stderr.write("Installing dependencies (once, about a minute)...\n")
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"]
  // stdout belongs to the command (with --json it is read by programs), so npm's goes to stderr.
  const installed = spawnSync(npm[0], [...npm.slice(1), "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, npm_config_loglevel: "error" },
  })
  if (installed.status !== 0) {
    process.stderr.write("The dependencies could not be installed.\n  Hint: run `npm ci` to see the message of npm.\n")
    process.exit(1)
  }
  writeFileSync(stamp, lockfile)
}

function runOnPinnedNode([file, ...args]) {
  // Without `--`, Node.js reads an option `--env-file` of the command as its own.
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", "--", join(root, file), ...args], {
    cwd: root,
    stdio: "inherit",
    env: {
      // Halves the time that a command takes to load. npm removes the folder with the dependencies.
      NODE_COMPILE_CACHE: join(root, "node_modules", ".cache", "node"),
      ...process.env,
      PATH: join(root, "node_modules", ".bin") + delimiter + process.env.PATH,
    },
  })
  // A terminal sends Ctrl-C to the child too; a signal to this process alone must be passed on. When npm is terminated,
  // the shell in between may take the signal and leave this process without its parent, which has the same meaning.
  process.on("SIGINT", () => {})
  process.on("SIGTERM", () => child.kill("SIGTERM"))
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill("SIGTERM"), 500).unref()
  child.on("exit", (code, signal) => process.exit(code ?? (signal ? 128 : 1)))
}
