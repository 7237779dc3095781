// Sends requests of the gateway itself to the private socket of a stand-in, where no signature is verified.
import { type RequestOptions, request as sendRequest } from "node:http"
import { text } from "node:stream/consumers"
import { type StandIn, StandInUnavailable } from "./stand-in-process.ts"

export type StandInSocket = Pick<StandIn, "socketPath">

export type PrivateResponse = { status: number; body: string }

export function sendPrivately(
  { socketPath }: StandInSocket,
  options: Omit<RequestOptions, "socketPath">,
  body = "",
): Promise<PrivateResponse> {
  return new Promise((resolve, reject) => {
    sendRequest({ ...options, socketPath }, (response) => {
      text(response).then((received) => resolve({ status: response.statusCode ?? 0, body: received }), reject)
    })
      .once("error", (cause) => reject(new StandInUnavailable(cause.message, { cause })))
      .end(body)
  })
}

/** @param target `DynamoDB_20120810.CreateTable` */
export function sendOperation(
  standIn: StandInSocket,
  target: string,
  input: object,
  more: Pick<RequestOptions, "headers" | "signal"> = {},
): Promise<PrivateResponse> {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target, ...more.headers }
  return sendPrivately(standIn, { ...more, path: "/", method: "POST", headers }, JSON.stringify(input))
}
