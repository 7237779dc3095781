// Notices that npm was ended: a signal to `npx apigw-local` ends the shell in between, and does not reach the command.
import { type Clock, systemClock } from "../foundation/clock.ts"

const CHECK_MS = 1000

type WatchOptions = {
  clock?: Clock
  /** The process that started this one; another one after it has ended. */
  parentId?: () => number
}

/**
 * Watches only when npm runs the command, and not when its script starts the command in the background: that script ends
 * before it.
 * @param env `npm_lifecycle_script` is set by npx and npm run, and is the script
 * @returns a signal that is aborted when the process that started this one has ended
 */
export function watchParent(
  env: NodeJS.ProcessEnv,
  { clock = systemClock, parentId = () => process.ppid }: WatchOptions = {},
): { ended: AbortSignal } & Disposable {
  const controller = new AbortController()
  const script = env.npm_lifecycle_script
  const first = parentId()
  let timer: ReturnType<Clock["after"]> | undefined
  const check = () => {
    if (parentId() === first) timer = clock.after(CHECK_MS, check)
    else controller.abort()
  }
  if (script !== undefined && !script.includes("&")) timer = clock.after(CHECK_MS, check)
  return { ended: controller.signal, [Symbol.dispose]: () => timer?.cancel() }
}
