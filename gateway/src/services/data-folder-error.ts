// The errors for a data folder that cannot be read or written.
import { GatewayError } from "../foundation/errors.ts"

/** @param file that is damaged, not readable, or does not fit on the disk */
export function unusableFile(file: string, cause: unknown): GatewayError {
  const { message } = cause as Error
  const hint = "Delete it to lose only what it holds, or choose another folder with --data DIR."
  return new GatewayError("DATA_UNUSABLE", `${file} cannot be used: ${message}.`, { hint, cause })
}

/** @returns the error itself when it does not come from the file system */
export function unusableFolder(folder: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return error
  const hint = "Choose another folder with --data DIR."
  const message = `The data folder ${folder} cannot be created or written (${code}).`
  return new GatewayError("DATA_UNUSABLE", message, { hint, cause: error })
}
