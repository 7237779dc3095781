// Sends the request of a task with the credentials of the role of its state machine.
import type { OutgoingResult, ServiceRequest } from "../../definition/outgoing-request.ts"
import type { TaskHttpRequest } from "./task-resources.ts"

export type TaskRequests = (request: ServiceRequest) => Promise<OutgoingResult>

/** Longer than a function runs. */
const TIMEOUT_MS = 16 * 60_000

export async function sendTaskRequest(
  { body, ...request }: TaskHttpRequest,
  { roleArn, region }: { roleArn: string; region: string },
  send: TaskRequests | undefined,
): Promise<OutgoingResult> {
  if (!send) return { outcome: "not-sent", message: "The gateway is starting" }
  return send({ ...request, body: Buffer.from(body), region, roleArn, timeoutMs: TIMEOUT_MS })
}
