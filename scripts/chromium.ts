// Finds the browser for the end-to-end tests, and installs Debian's headless Chromium when there is none.
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"

/** Starts and opens a page in a quarter of the CPU time of the Chromium that also has windows. */
const headlessShell = "/usr/bin/chromium-headless-shell"

const places = [
  process.env.CHROMIUM_PATH,
  headlessShell,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]

/** The path of a Chromium or Chrome, or undefined when none is installed. */
export function findChromium(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place))
}

/** Installs Debian's headless Chromium where that is possible. Prints what to do when there is no browser after that. */
export async function installChromium(): Promise<void> {
  const found = findChromium()
  if (found !== undefined && [process.env.CHROMIUM_PATH, headlessShell].includes(found)) return
  const isRoot = process.getuid?.() === 0
  if (found !== undefined && !(isRoot && existsSync("/usr/bin/apt-get"))) return
  console.log("Installing Chromium for the end-to-end tests (once)...")
  // Without the headless one, another that is installed serves as well.
  const errors = found === undefined ? "inherit" : "ignore"
  await runApt(["update", "-qq"], errors)
  await install(["chromium-headless-shell", "fonts-liberation"], errors)
  if (findChromium()) return
  await install(["chromium", "fonts-liberation"], errors)
  if (findChromium()) return
  console.error(
    "No Chromium was found and none could be installed.\n  Hint: install Chromium or Chrome, or set CHROMIUM_PATH to one.",
  )
}

function install(packages: string[], errors: "inherit" | "ignore"): Promise<void> {
  return runApt(["install", "-y", "-qq", "--no-install-recommends", "--no-remove", ...packages], errors)
}

/** Resolves also when it fails: what counts is whether a browser is there. */
function runApt(args: string[], errors: "inherit" | "ignore"): Promise<void> {
  const child = spawn("apt-get", ["-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1", ...args], {
    stdio: ["ignore", "ignore", errors],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  })
  return new Promise((resolve) => {
    child.once("error", () => resolve())
    child.once("close", () => resolve())
  })
}
