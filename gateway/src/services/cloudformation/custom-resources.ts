// Creates and updates custom resources: sends their functions the events of CloudFormation and waits for the responses.
import { randomUUID } from "node:crypto"
import { type CustomResourceDefinition, type CustomResourceState, isPending } from "../../definition/custom-resource.ts"
import type { Definition } from "../../definition/definition.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import { keyOf } from "../../definition/origin.ts"
import { runtimeFamily } from "../../definition/runtime-family.ts"
import type { Clock } from "../../foundation/clock.ts"
import { GatewayError } from "../../foundation/errors.ts"
import type { Log } from "../../foundation/log.ts"
import { type CustomResourceResponse, readResponse } from "./read-response.ts"
import { openResponseReceiver, type ResponseReceiver } from "./response-receiver.ts"
import { type KeptResource, readStateFile, writeStateFile } from "./state-file.ts"

export type CustomResourcesOptions = {
  urlSuffix: string
  /** Whether none is created. */
  areSkipped: boolean
  /** Keeps what was created between runs. */
  dataDir: string | undefined
  clock: Clock
  log: Log
}

type ProviderFunctions = { invoke(functionArn: string, payload: string): Promise<InvocationResult> }

export type CustomResources = {
  /** Binds what invokes functions, which exist later than this: they use its network. */
  bindFunctions(functions: ProviderFunctions): void
  /** What is known of them, by key. */
  states(): ReadonlyMap<string, CustomResourceState>
  /**
   * Creates and updates those that can be: their functions, and what they refer to, exist.
   * @param serve makes the functions and services of the definition available
   * @returns whether the definition must be read again, with new states
   * @throws GatewayError CUSTOM_RESOURCE_FAILED
   */
  advance(definition: Definition, serve: () => Promise<void>): Promise<boolean>
  /** Deletes what updates have replaced. */
  deleteReplaced(): Promise<void>
  /** Loopback ports by the host names of AWS. */
  network(): Record<string, number>
  close(): Promise<void>
}

type Request = { type: "Create" | "Update" | "Delete"; resource: CustomResourceDefinition; before?: KeptResource }

export function createCustomResources(options: CustomResourcesOptions): CustomResources {
  const { urlSuffix, areSkipped, dataDir, clock, log } = options
  const kept = dataDir === undefined ? new Map<string, KeptResource>() : readStateFile(dataDir)
  const notServed = new Map<string, CustomResourceState>()
  const replaced: Required<Request>[] = []
  const regions = new Set<string>()
  /** Functions that reach no host of AWS. */
  let direct: ReadonlySet<string> = new Set()
  let functions: ProviderFunctions | undefined
  let opened: Promise<ResponseReceiver> | undefined
  let port: number | undefined
  const closing = new AbortController()

  function boundFunctions(): ProviderFunctions {
    if (!functions) throw new Error("A custom resource is created before the functions are bound.")
    return functions
  }

  function isDue(resource: CustomResourceDefinition): boolean {
    const before = kept.get(keyOf(resource))
    return before === undefined || JSON.stringify(before.properties) !== JSON.stringify(resource.properties)
  }

  async function advance(definition: Definition, serve: () => Promise<void>): Promise<boolean> {
    const due = definition.customResources.filter(isDue)
    if (due.length === 0) return false
    if (areSkipped) return markNotServed(due, "It is not created because of --skip-custom-resources")
    const keys = new Set(due.map(keyOf))
    const ready = due.filter((one) => !isPending(one.properties) && !one.dependsOn.some((key) => keys.has(key)))
    const runnable = ready.filter((one) => definition.functions.some(({ arn }) => arn === one.functionArn))
    if (runnable.length === 0) {
      if (ready.length > 0) return markNotServed(ready, "Its function does not run here, so it is not created")
      const names = due.map(({ logicalId }) => logicalId).join(", ")
      throw new GatewayError("TEMPLATE_INVALID", `Circular dependency between resources: [${names}].`, {
        hint: "Remove a reference or a DependsOn between them.",
      })
    }
    for (const { region } of runnable) regions.add(region)
    const compiled = definition.functions.filter(({ runtime }) => runtimeFamily(runtime) === "custom")
    direct = new Set(compiled.map(({ arn }) => arn))
    opened ??= openResponseReceiver()
    port = (await opened).port
    await serve()
    // All of them end, so that what was created is known.
    const results = await Promise.allSettled(runnable.map(createOrUpdate))
    if (dataDir !== undefined) writeStateFile(dataDir, kept)
    for (const result of results) if (result.status === "rejected") throw result.reason
    return true
  }

  function markNotServed(resources: readonly CustomResourceDefinition[], reason: string): true {
    for (const resource of resources) {
      notServed.set(keyOf(resource), { notServed: `${reason}, and its attributes are placeholders.` })
    }
    return true
  }

  async function createOrUpdate(resource: CustomResourceDefinition): Promise<void> {
    const before = kept.get(keyOf(resource))
    const request: Request = before ? { type: "Update", resource, before } : { type: "Create", resource }
    const response = await send(request)
    const { functionArn, properties, unservedService } = resource
    if (response.isSuccess) {
      const { physicalResourceId, data } = response
      kept.set(keyOf(resource), { functionArn, properties, physicalResourceId, data })
      log.info("Custom resource", { message: `${resource.logicalId} (${resource.type}): ${request.type} succeeded.` })
      // AWS: another id replaces the resource, and the old one is deleted (custom-resource-replacement)
      if (before && before.physicalResourceId !== physicalResourceId)
        replaced.push({ type: "Delete", resource, before })
      return
    }
    const isNotServed = unservedService !== undefined || response.reason.includes("is not served locally")
    if (isNotServed && !before) {
      markNotServed([resource], `It is not created, because ${sentence(response.reason)}`)
      return
    }
    throw failure(request, response.reason)
  }

  function failure({ type, resource }: Request, reason: string): GatewayError {
    const message = `The custom resource ${resource.logicalId} (${resource.type}) was not ${type.toLowerCase()}d: ${sentence(reason)}.`
    const name = resource.functionArn.split(":").at(-1)
    const hint = `Correct the function ${name}, whose log is above, or start with --skip-custom-resources.`
    return new GatewayError("CUSTOM_RESOURCE_FAILED", message, { hint })
  }

  async function send({ type, resource, before }: Request): Promise<CustomResourceResponse> {
    const { functionArn, stackId, logicalId, timeoutMs } = resource
    const ids = { StackId: stackId, RequestId: randomUUID(), LogicalResourceId: logicalId }
    opened ??= openResponseReceiver()
    const receiver = await opened
    const base = direct.has(functionArn)
      ? `http://127.0.0.1:${receiver.port}`
      : `https://${responseHost(resource.region)}`
    const expected = receiver.expect(base, `${stackId}|${logicalId}|${ids.RequestId}`)
    const isDelete = type === "Delete"
    // AWS: these are the fields of a request (custom-resource-event)
    const event = {
      RequestType: type,
      ServiceToken: resource.properties.ServiceToken,
      ResponseURL: expected.responseUrl,
      ...ids,
      ...(before && { PhysicalResourceId: before.physicalResourceId }),
      ResourceType: resource.type,
      ResourceProperties: isDelete ? before?.properties : resource.properties,
      ...(before && !isDelete && { OldResourceProperties: before.properties }),
    }
    const answered = expected.body.then((body) => readResponse(body, ids))
    const ended = Promise.withResolvers<void>()
    const failed = boundFunctions()
      .invoke(functionArn, JSON.stringify(event))
      .then((result) => withoutResponse(result, resource, ended.promise))
    try {
      return await inTime(Promise.race([answered, failed]), timeoutMs)
    } finally {
      ended.resolve()
      expected.cancel()
    }
  }

  /** Resolves when the function has failed. One that has ended can have started another that responds. */
  function withoutResponse(
    result: InvocationResult,
    { logicalId, timeoutMs }: CustomResourceDefinition,
    ended: Promise<void>,
  ): Promise<CustomResourceResponse> {
    // Differs: CloudFormation invokes the function up to three times and waits (custom-resource-function-error)
    if (result.outcome === "function-error") return failedWith(`its function failed: ${result.errorMessage}`)
    if (result.outcome !== "responded") return failedWith(`its function could not be invoked (${result.outcome})`)
    const notice = clock.after(2000, () => {
      const message = `${logicalId}: its function has ended without a response to ResponseURL. The start waits for one for at most ${timeoutMs / 1000} seconds (ServiceTimeout).`
      log.warn("Custom resource", { message })
    })
    void ended.then(() => notice.cancel())
    return new Promise(() => {})
  }

  async function inTime(response: Promise<CustomResourceResponse>, timeoutMs: number): Promise<CustomResourceResponse> {
    const interrupted = Promise.withResolvers<CustomResourceResponse>()
    const fail = (reason: string) => interrupted.resolve({ isSuccess: false, reason })
    const timer = clock.after(timeoutMs, () =>
      fail(`no response was received within ${timeoutMs / 1000} seconds (ServiceTimeout)`),
    )
    const onClose = () => fail("the gateway is closing")
    if (closing.signal.aborted) onClose()
    closing.signal.addEventListener("abort", onClose)
    try {
      return await Promise.race([response, interrupted.promise])
    } finally {
      timer.cancel()
      closing.signal.removeEventListener("abort", onClose)
    }
  }

  /** AWS: the address is that of a bucket of CloudFormation (custom-resource-response-url) */
  function responseHost(region: string): string {
    return `cloudformation-custom-resource-response-${region.replaceAll("-", "")}.s3-${region}.${urlSuffix}`
  }

  return {
    states: () =>
      new Map([
        ...notServed,
        ...[...kept].map(([key, { physicalResourceId, data }]) => [key, { physicalResourceId, data }] as const),
      ]),
    advance,
    async deleteReplaced() {
      for (const request of replaced.splice(0)) {
        const response = await send(request)
        // AWS: a failed deletion of what was replaced does not fail the update (custom-resource-replacement)
        if (!response.isSuccess) log.warn("Custom resource", { message: failure(request, response.reason).message })
      }
    },
    bindFunctions(ports) {
      functions = ports
    },
    network: () =>
      Object.fromEntries([...regions].flatMap((region) => (port === undefined ? [] : [[responseHost(region), port]]))),
    async close() {
      closing.abort()
      await (await opened)?.close()
    },
  }
}

async function failedWith(reason: string): Promise<CustomResourceResponse> {
  return { isSuccess: false, reason }
}

/** Without a full stop at the end, as part of another sentence. */
function sentence(text: string): string {
  return text.trim().replace(/\.$/, "")
}
