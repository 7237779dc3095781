// Makes the thread's `process` look like that of an execution environment, and keeps a handler from ending the gateway.
import { constants } from "node:os"

/** @param taskRoot folder of the function's code, the working directory on Lambda. */
export function isolateProcess(taskRoot: string): void {
  // Differs: a path that a handler gives to `fs` unresolved starts at the gateway's folder, because threads share one
  // working directory. `path.resolve` and everything built on `process.cwd()` works (lambda-relative-paths)
  // Differs: the folder for temporary files is the machine's, shared and unlimited (lambda-tmp)
  process.cwd = () => taskRoot
  const kill = process.kill.bind(process)
  process.kill = (pid, signal) => {
    if (pid !== process.pid) return kill(pid, signal)
    if (signal === 0) return true
    const number = typeof signal === "number" ? signal : constants.signals[(signal ?? "SIGTERM") as NodeJS.Signals]
    process.exit(128 + number)
  }
}
