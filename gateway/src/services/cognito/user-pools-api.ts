// The user pools API, in the AWS JSON protocol: some operations are public, and the others are signed and authorized.
import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { readBody } from "../../foundation/read-body.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import { requirePermissions, ServiceError } from "../local/local-service.ts"
import { administrationOperations } from "./operations/administration.ts"
import { type Input, type Operation, textOf } from "./operations/operation.ts"
import { ownAccountOperations } from "./operations/own-account.ts"
import { signInOperations } from "./operations/sign-in.ts"
import { signUpOperations } from "./operations/sign-up.ts"
import type { SignInWorld } from "./sign-in-world.ts"

const MAX_BODY_BYTES = 256 * 1024
const DENIED = { code: "AccessDeniedException", status: 400 }

/** AWS: these need no signature (cognito-public-operations) */
const publicOperations: ReadonlyMap<string, Operation> = new Map([
  ...signUpOperations,
  ...signInOperations,
  ...ownAccountOperations,
])
const signedOperations: ReadonlyMap<string, Operation> = new Map(administrationOperations)

/** @param target the header X-Amz-Target: `AWSCognitoIdentityProviderService.InitiateAuth` */
export async function serveOperation(
  world: SignInWorld,
  target: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const name = target.replace(/^.*\./, "").replaceAll(/\W/g, "")
  try {
    const { body } = await readBody(request, MAX_BODY_BYTES)
    send(response, 200, (await run(world, name, { request, body })) ?? {})
  } catch (error) {
    if (request.errored || response.closed) return
    if (!(error instanceof ServiceError))
      world.log.error("Service request failed", { service: "cognito-idp", cause: error })
    const { code, message, status } = error instanceof ServiceError ? error : internalError
    send(response, status, { __type: code, message })
  }
}

const internalError = new ServiceError("InternalErrorException", "The gateway failed to process the request.", 500)

async function run(
  world: SignInWorld,
  name: string,
  { request, body }: { request: IncomingMessage; body: Buffer | undefined },
): Promise<unknown> {
  const isPublic = publicOperations.has(name)
  const operation = publicOperations.get(name) ?? signedOperations.get(name)
  if (!operation) throw notServed(world, name)
  const input = body && parseJsonObject(body.toString() || "{}")
  if (!body || !input) throw new ServiceError("SerializationException", "The body of the request is not a JSON object.")
  if (!isPublic) authorize(world, name, { request, body, input })
  return operation(world, input)
}

function authorize(
  { authenticate }: SignInWorld,
  name: string,
  { request, body, input }: { request: IncomingMessage; body: Buffer; input: Input },
): void {
  const { method = "POST", url = "/", headers } = request
  const bodySha256 = createHash("sha256").update(body).digest("hex")
  const authenticated = authenticate({ method, ...splitTarget(url), headers, bodySha256 }, "cognito-idp")
  if (authenticated.outcome === "rejected") {
    throw new ServiceError(authenticated.errorType, authenticated.message, authenticated.status)
  }
  const needed = { action: `cognito-idp:${name}`, resource: `userpool/${textOf(input, "UserPoolId")}` }
  requirePermissions(authenticated.caller, [needed], DENIED)
}

/** Differs: the other operations are not served (cognito-operations) */
function notServed({ log }: SignInWorld, name: string): ServiceError {
  const message = `The operation ${name} of Cognito is not served locally. Operations: ${[...publicOperations.keys(), ...signedOperations.keys()].join(", ")}.`
  log.warn("Not served locally", { message, hint: "set AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER to a real endpoint" })
  return new ServiceError("NotServedLocally", message)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return
  response
    .writeHead(status, { "content-type": "application/x-amz-json-1.1", "cache-control": "no-store" })
    .end(JSON.stringify(body))
}
