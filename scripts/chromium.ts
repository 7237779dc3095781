// Finds the browser for the end-to-end tests, and installs Debian's Chromium when there is none.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"

const places = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]

/** The path of a Chromium or Chrome, or undefined when none is installed. */
export function findChromium(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place))
}

/** Installs Debian's Chromium when there is none. Prints what to do when that fails. */
export async function installChromium(): Promise<void> {
  if (findChromium()) return
  console.log("Installing Chromium for the end-to-end tests (once)...")
  const apt = (args: string[]) =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    })
  apt(["update", "-qq"])
  apt(["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"])
  if (findChromium()) return
  console.error(
    "No Chromium was found and none could be installed.\n  Hint: install Chromium or Chrome, or set CHROMIUM_PATH to one.",
  )
}
