// Makes the thread's `process` look like that of an execution environment, and keeps a handler from ending the gateway.
import { constants } from "node:os"

/** @param taskRoot folder of the function's code, the working directory on Lambda. */
export function isolateProcess(taskRoot: string): void {
  // Differs: paths that a handler gives to `fs` unresolved are relative to the gateway's folder, since threads share
  // one working directory. `path.resolve` and everything built on `process.cwd()` is right.
  // Differs: the folder for temporary files is the machine's, shared and without a limit of its size.
  process.cwd = () => taskRoot
  const kill = process.kill.bind(process)
  process.kill = (pid, signal) => {
    if (pid !== process.pid) return kill(pid, signal)
    if (signal === 0) return true
    const number = typeof signal === "number" ? signal : constants.signals[(signal ?? "SIGTERM") as NodeJS.Signals]
    process.exit(128 + number)
  }
}
