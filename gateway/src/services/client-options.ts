// Options and error handling of the gateway's own clients of the services.

export type ClientOptions = {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

/** Ignores errors of these names, which mean that a resource exists already. */
export function ignoring(...names: string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error) || !names.includes(error.name)) throw error
  }
}
