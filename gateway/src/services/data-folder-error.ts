// The error for a data folder that cannot be read.
import { GatewayError } from "../foundation/errors.ts"

/** @param file that cannot be read */
export function damagedData(file: string, cause: unknown): GatewayError {
  const { message } = cause as Error
  const hint = "Delete it to lose only what it holds, or choose another folder with --data DIR."
  return new GatewayError("DATA_UNUSABLE", `${file} in the data folder is damaged: ${message}.`, { hint, cause })
}
