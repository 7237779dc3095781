// Where the password of a protected document comes from: the variable DOCUMENT_PASSWORD, else a prompt on a terminal. Not
// an option, which other users of the machine could see in the list of processes.
import { once } from "node:events"
import { createInterface } from "node:readline"
import { Writable } from "node:stream"

/** @returns undefined when there is none, or none any more */
export type AskPassword = (fileName: string, attempt: number) => Promise<string | undefined>

export type Terminal = {
  input: NodeJS.ReadableStream & { isTTY?: boolean }
  output: NodeJS.WritableStream & { isTTY?: boolean }
}

const maxAttempts = 3

/** @param terminal undefined where nobody can be asked */
export function passwordSource(
  variable: string | undefined,
  terminal: Terminal | undefined,
  signal: AbortSignal,
): AskPassword {
  return async (fileName, attempt) => {
    if (variable) return attempt === 0 ? variable : undefined
    const isTerminal = terminal?.input.isTTY === true && terminal.output.isTTY === true
    if (!isTerminal || attempt >= maxAttempts || signal.aborted) return undefined
    return prompt(`Password of ${fileName} (Enter to skip): `, terminal, signal)
  }
}

async function prompt(question: string, { input, output }: Terminal, signal: AbortSignal): Promise<string | undefined> {
  output.write(`\r\u001b[K${question}`)
  // What is typed is not shown.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: silent, terminal: true })
  // In this mode Ctrl-C is a key, and not a signal.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"))
  try {
    const [line] = await once(lines, "line", { signal })
    return line === "" ? undefined : line
  } catch {
    return undefined
  } finally {
    lines.close()
    output.write("\n")
  }
}
