// Detects that the reader of a command's output has closed the pipe (`| head -1`), so that the command can end quietly.

/** @returns a signal that is aborted when a write to `stdout` fails with EPIPE. Later writes are dropped. */
export function outputClosed(stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): AbortSignal {
  const closed = new AbortController()
  const rethrowOthers = (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error
  }
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    rethrowOthers(error)
    closed.abort(error)
  })
  // The command continues without its messages.
  stderr.on("error", rethrowOthers)
  return closed.signal
}
