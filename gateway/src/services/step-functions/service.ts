// The API of Step Functions, for functions, integrations and state machines.
import { randomUUID } from "node:crypto"
import type { DataCaller } from "../../definition/permission.ts"
import type { StateMachineDefinition } from "../../definition/state-machine.ts"
import {
  type LocalRequest,
  type LocalResponse,
  type LocalService,
  requirePermissions,
  ServiceError,
} from "../local/local-service.ts"
import { parseInput } from "../local/parse-input.ts"
import type { Execution, Executions, StoredEvent } from "./executions.ts"
import type { TaskTokens } from "./task-tokens.ts"

export type StepFunctionsPorts = {
  machines(): readonly StateMachineDefinition[]
  executions: Executions
  tokens: TaskTokens
}

type Input = Record<string, unknown>
type Call = { input: Input; caller: DataCaller; ports: StepFunctionsPorts }
type Operation = (call: Call) => object | Promise<object>

const DENIED = { code: "AccessDeniedException", status: 400 }
const MAX_INPUT_BYTES = 262_144

// AWS: the operations and their inputs, in the API model (sfn-operations)
const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries<Operation>({
    StartExecution: (call) => {
      const { arn, startedAt } = startExecution(call, "states:StartExecution")
      return { executionArn: arn, startDate: startedAt / 1000 }
    },
    StartSyncExecution: async (call) => {
      if (machineOf(call).type !== "EXPRESS") throw typeNotSupported()
      const execution = startExecution(call, "states:StartSyncExecution")
      await execution.done
      return {
        ...described(execution),
        billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
      }
    },
    DescribeExecution: (call) => described(executionOf(call, "states:DescribeExecution")),
    StopExecution: async (call) => {
      const execution = executionOf(call, "states:StopExecution")
      call.ports.executions.stop(execution, textIn(call.input, "error"), textIn(call.input, "cause"))
      await execution.done
      return { stopDate: (execution.stoppedAt ?? 0) / 1000 }
    },
    ListExecutions: (call) => {
      const machine = machineOf(call)
      allow(call, "states:ListExecutions", machine.arn)
      if (machine.type === "EXPRESS") throw typeNotSupported()
      const status = textIn(call.input, "statusFilter")
      const all = call.ports.executions.ofMachine(machine.arn)
      const executions = all.filter((one) => status === undefined || one.status === status)
      return { executions: executions.map(({ input: _, ...one }) => summaryOf({ ...one, input: "" })) }
    },
    GetExecutionHistory: (call) => {
      const { events } = executionOf(call, "states:GetExecutionHistory")
      const listed = events.map(historyEvent)
      return { events: call.input.reverseOrder === true ? listed.reverse() : listed }
    },
    DescribeStateMachine: (call) => {
      const machine = machineOf(call)
      allow(call, "states:DescribeStateMachine", machine.arn)
      const { arn, name, type, roleArn } = machine
      const definition = JSON.stringify(machine.machine)
      return { stateMachineArn: arn, name, status: "ACTIVE", definition, roleArn, type, creationDate: 0 }
    },
    ListStateMachines: (call) => {
      allow(call, "states:ListStateMachines", "*")
      const list = call.ports.machines()
      return {
        stateMachines: list.map(({ arn, name, type }) => ({ stateMachineArn: arn, name, type, creationDate: 0 })),
      }
    },
    SendTaskSuccess: (call) => {
      const token = tokenOf(call, "states:SendTaskSuccess")
      call.ports.tokens.succeed(token, jsonIn(call.input, "output", "InvalidOutput"))
      return {}
    },
    SendTaskFailure: (call) => {
      const token = tokenOf(call, "states:SendTaskFailure")
      call.ports.tokens.fail(
        token,
        textIn(call.input, "error") ?? "States.TaskFailed",
        textIn(call.input, "cause") ?? "",
      )
      return {}
    },
    SendTaskHeartbeat: (call) => {
      call.ports.tokens.heartbeat(tokenOf(call, "states:SendTaskHeartbeat"))
      return {}
    },
  }),
)

export function createStepFunctionsService(ports: StepFunctionsPorts): LocalService {
  async function serve(request: LocalRequest, caller: DataCaller): Promise<LocalResponse> {
    const [, name = ""] = /^AWSStepFunctions\.(\w+)$/.exec(String(request.headers["x-amz-target"])) ?? []
    const operation = operations.get(name)
    if (!operation) {
      const message = `${name || "The request"} is not served. Served: ${[...operations.keys()].join(", ")}.`
      throw new ServiceError("UnknownOperationException", message)
    }
    return json(200, await operation({ input: parseInput(request.body.toString()), caller, ports }))
  }
  return {
    name: "states",
    serve,
    errorResponse: ({ code, message, status }) => json(status, { __type: code, message }),
  }
}

function json(status: number, body: object): LocalResponse {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() }
  return { status, headers, body: JSON.stringify(body) }
}

function allow({ caller }: Call, action: string, resource: string): void {
  requirePermissions(caller, [{ action, resource }], DENIED)
}

function machineOf({ input, ports }: Call): StateMachineDefinition {
  const arn = textIn(input, "stateMachineArn") ?? ""
  // A version or an alias has the definition of the machine.
  const found = ports.machines().find((one) => one.arn === arn || arn.startsWith(`${one.arn}:`))
  if (found) return found
  throw new ServiceError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`)
}

function startExecution(call: Call, action: string): Execution {
  const { input, ports } = call
  const machine = machineOf(call)
  allow(call, action, machine.arn)
  const text = textIn(input, "input") ?? "{}"
  jsonIn({ input: text }, "input", "InvalidExecutionInput")
  const name = textIn(input, "name") ?? randomUUID()
  // AWS: a name has 1 to 80 characters, without white space and some others (sfn-names)
  if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) {
    throw new ServiceError("InvalidName", `Invalid Name: '${name}'`)
  }
  const same = machine.type === "STANDARD" && ports.executions.ofMachine(machine.arn).find((one) => one.name === name)
  if (!same) return ports.executions.start(machine, name, text)
  // AWS: the same name and input as of a running execution is that execution (sfn-names)
  if (same.status === "RUNNING" && same.input === text) return same
  throw new ServiceError("ExecutionAlreadyExists", `Execution Already Exists: '${same.arn}'`)
}

function executionOf(call: Call, action: string): Execution {
  const arn = textIn(call.input, "executionArn") ?? ""
  allow(call, action, arn)
  // AWS: express executions cannot be described or stopped (sfn-express-operations)
  if (arn.includes(":express:")) throw typeNotSupported()
  const found = call.ports.executions.find(arn)
  if (found) return found
  throw new ServiceError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`)
}

function typeNotSupported(): ServiceError {
  const message = "This operation is not supported by this type of state machine"
  return new ServiceError("StateMachineTypeNotSupported", message)
}

function tokenOf(call: Call, action: string): string {
  const token = textIn(call.input, "taskToken") ?? ""
  const machineArn = call.ports.tokens.machineOf(token)
  allow(call, action, machineArn ?? "*")
  if (machineArn !== undefined) return token
  // AWS: a token that no task waits for is this error (sfn-task-token)
  throw new ServiceError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

function textIn(input: Input, name: string): string | undefined {
  const value = input[name]
  return typeof value === "string" ? value : undefined
}

function jsonIn(input: Input, name: string, code: string): unknown {
  const text = textIn(input, name) ?? ""
  // AWS: an input or output has at most 256 KB (sfn-payload-size)
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES) throw new ServiceError(code, `The ${name} is larger than 256 KB.`)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ServiceError(code, `Invalid State Machine Execution ${name}: '${(error as Error).message}'`)
  }
}

function summaryOf({ arn, machine, name, status, startedAt, stoppedAt }: Execution): object {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startedAt / 1000,
    ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1000 }),
  }
}

function described(execution: Execution): object {
  const { input, output, error, cause } = execution
  return {
    ...summaryOf(execution),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && error !== "" && { error }),
    ...(cause !== undefined && cause !== "" && { cause }),
  }
}

/** AWS: the details of an event are under a name that its type decides (sfn-history) */
function historyEvent({ id, timestamp, type, state, input, output, error, cause }: StoredEvent): object {
  const kind = type.endsWith("StateEntered")
    ? "stateEntered"
    : type.endsWith("StateExited")
      ? "stateExited"
      : type.charAt(0).toLowerCase() + type.slice(1)
  const details = {
    ...(state !== undefined && { name: state }),
    ...(input !== undefined && { input: JSON.stringify(input) }),
    ...(output !== undefined && { output: JSON.stringify(output) }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  }
  return { id, timestamp: timestamp / 1000, previousEventId: id - 1, type, [`${kind}EventDetails`]: details }
}
