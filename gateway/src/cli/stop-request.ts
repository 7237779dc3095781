// Waits for the request to stop a command: a signal, or the end of the reader of its output.

/** Ctrl-C, a supervisor, and a terminal that was closed. */
const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** Resolves after a signal to stop, or the end of the reader. A later signal ends the process with exit code 1. */
export async function stopRequest(outputClosed: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of stopSignals) process.once(signal, () => resolve())
    if (outputClosed.aborted) resolve()
    else outputClosed.addEventListener("abort", () => resolve())
  })
  for (const signal of stopSignals) process.once(signal, () => process.exit(1))
}
