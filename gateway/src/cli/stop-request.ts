// Waits for the request to stop a command: a signal, or the end of the reader of its output.

/** Resolves after SIGINT, SIGTERM or the end of the reader. A later signal ends the process with exit code 1. */
export async function stopRequest(outputClosed: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve())
    if (outputClosed.aborted) resolve()
    else outputClosed.addEventListener("abort", () => resolve())
  })
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
}
