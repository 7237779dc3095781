// Invokes the triggers of a user pool: functions that check and change what it does.
// AWS: the events of triggers (cognito-trigger-events)
import type { InvocationResult } from "../../definition/invocation.ts"
import type { TriggerName, UserPoolDefinition } from "../../definition/user-pool.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonObject } from "../../foundation/parse-json.ts"
import { ServiceError } from "../local/local-service.ts"

export type InvokeFunction = (functionArn: string, payload: string) => Promise<InvocationResult>

export type TriggerCall = {
  /** `PreSignUp_SignUp` */
  source: string
  username: string
  clientId: string
  request: Readonly<Record<string, unknown>>
  /** What the function finds in the response. */
  response?: Readonly<Record<string, unknown>>
}

/** @returns the response of the function; empty without such a trigger @throws ServiceError */
export type RunTrigger = (
  pool: UserPoolDefinition,
  name: TriggerName,
  call: TriggerCall,
) => Promise<Readonly<Record<string, unknown>>>

export function createRunTrigger(invoke: InvokeFunction): RunTrigger {
  return async (pool, name, { source, username, clientId, request, response = {} }) => {
    const trigger = pool.triggers.find((one) => one.name === name)
    if (!trigger) return {}
    if (trigger.isPermitted === false) throw failedInvocation(name, "AccessDeniedException")
    const event = {
      version: String(trigger.version),
      region: pool.region,
      userPoolId: pool.userPoolId,
      userName: username,
      callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
      triggerSource: source,
      request,
      response,
    }
    return responseOf(name, await invoke(trigger.functionArn, JSON.stringify(event)))
  }
}

function responseOf(name: TriggerName, result: InvocationResult): Readonly<Record<string, unknown>> {
  switch (result.outcome) {
    case "responded": {
      const response = parseJsonObject(result.payload)?.response
      if (isRecord(response)) return response
      // AWS: the function has to return the event (cognito-trigger-output)
      throw new ServiceError("InvalidLambdaResponseException", "Unrecognizable lambda output")
    }
    case "function-error":
      // AWS: the client receives the message of the function (cognito-trigger-error)
      throw new ServiceError("UserLambdaValidationException", `${name} failed with error ${result.errorMessage}.`)
    case "throttled":
      throw failedInvocation(name, "TooManyRequestsException")
    default:
      throw failedInvocation(name, "ResourceNotFoundException")
  }
}

/** AWS: a function that cannot be invoked fails the operation (cognito-trigger-permissions) */
function failedInvocation(name: TriggerName, error: string): ServiceError {
  return new ServiceError("UnexpectedLambdaException", `${name} invocation failed due to error ${error}.`)
}
