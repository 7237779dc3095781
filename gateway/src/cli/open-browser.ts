// Opens an address in the browser of the person who runs the command.
import { spawn } from "node:child_process"

type Command = readonly [program: string, ...args: string[]]

/** The program of the variable BROWSER, or the one of the operating system. */
export function browserCommand(url: string, browser: string | undefined, platform: NodeJS.Platform): Command {
  if (browser) return [browser, url]
  if (platform === "darwin") return ["open", url]
  // The first argument in quotes would be the title of a window.
  return platform === "win32" ? ["cmd", "/c", "start", "", url] : ["xdg-open", url]
}

/** @param failed is called when there is no such program */
export function openBrowser(url: string, browser: string | undefined, failed: () => void): void {
  const [program, ...args] = browserCommand(url, browser, process.platform)
  const child = spawn(program, args, { stdio: "ignore", detached: true })
  child.on("error", failed)
  child.unref()
}
