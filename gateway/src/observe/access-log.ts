// The stage's own access log format, read once and rendered per event. AWS: section 10.1 and 10.2.

export type RenderAccessLog = (context: Readonly<Record<string, string | number | undefined>>) => string

/**
 * Reads a format such as `{"id":"$context.requestId"}`. Substitution is textual, nothing is escaped, and a variable
 * that is unknown or has no value renders as "-". AWS: [peer, section 10]
 */
export function readAccessLogFormat(format: string): RenderAccessLog {
  const parts = format.split(/\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/)
  return (context) => {
    let line = ""
    // `split` with one group alternates: text, name, text, name, ..., text.
    for (const [index, part] of parts.entries()) line += index % 2 === 0 ? part : String(context[part] ?? "-")
    return line
  }
}
