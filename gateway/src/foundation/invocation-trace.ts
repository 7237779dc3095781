// Finds the invocation that sent a request, by the header X-Amzn-Trace-Id.

const invocationTrace = /^Root=1-[0-9a-f]{8}-([0-9a-f]{24});Parent=[0-9a-f]{8}([0-9a-f]{8});/

/**
 * The request id of the invocation that sent a request. The AWS SDK sends the value of `_X_AMZN_TRACE_ID`, and the runtime
 * makes that value from the request id.
 */
export function invocationInTrace(header: string): string | undefined {
  const [, root, rest] = invocationTrace.exec(header) ?? []
  if (root === undefined || rest === undefined) return undefined
  const digits = root + rest
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join("-")
}
