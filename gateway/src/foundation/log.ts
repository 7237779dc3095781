// The gateway's log as a port: one call per entry.

export type LogFields = Readonly<Record<string, unknown>>

export type Log = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const silentLog: Log = { info() {}, warn() {}, error() {} }
