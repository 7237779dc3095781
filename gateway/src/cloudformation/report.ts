// Collects the problems of a template and the parts of it that are not served, so that all are reported at once.
import type { Notice } from "../definition/definition.ts"
import { keyOf, type Origin } from "../definition/origin.ts"
import { GatewayError } from "../foundation/errors.ts"

/** The resource, parameter or output that a message is about. `stackName`: of a subject whose stack is known. */
export type Subject = { logicalId: string; type: string; stackName?: string }

/** The option that gives a missing value. */
export type MissingValue = "--parameter" | "--import"

export type Report = {
  /** Records what CloudFormation or API Gateway would reject. Returns `undefined`, so that a caller can return the call. */
  problem(subject: Subject, message: string): undefined
  /** Records a value that the template takes from outside, and that only the user can give. Returns `undefined`. */
  missingValue(option: MissingValue, name: string): undefined
  /** Records what the template asks for and the gateway does not do. */
  notice(subject: Subject, message: string): undefined
  /** Records what is served here and has no effect or may fail on AWS. Returns `undefined`. */
  advice(subject: Subject, message: string): undefined
  /** Drops the problems of a resource that depends on a custom resource which does not exist yet. It is read again later. */
  defer(origin: Origin): void
  /** The keys of the resources that are deferred. */
  deferred(): ReadonlySet<string>
  /** One notice per type and message, which names every resource that it applies to. */
  notices(): Notice[]
  /** @throws GatewayError TEMPLATE_INVALID with every problem, by logical id. */
  throwProblems(): void
}

/** @param namesStacks whether problems name their stacks, because there are several */
export function createReport({ namesStacks = false } = {}): Report {
  const problems = new Map<string, Subject>()
  const deferred = new Map<string, Origin>()
  const missing: Record<MissingValue, Set<string>> = { "--parameter": new Set(), "--import": new Set() }
  const notices = new Map<string, Omit<Notice, "logicalId"> & { logicalIds: Set<string> }>()

  function add({ logicalId, type }: Subject, message: string, kind?: "advice"): undefined {
    const key = `${type}\n${message}`
    const existing = notices.get(key)
    if (existing) existing.logicalIds.add(logicalId)
    else notices.set(key, { type, message, ...(kind && { kind }), logicalIds: new Set([logicalId]) })
  }

  return {
    problem(subject, message) {
      const { stackName, logicalId } = subject
      const name = namesStacks && stackName !== undefined ? keyOf({ stackName, logicalId }) : logicalId
      problems.set(`${name}: ${message}`, subject)
    },
    missingValue(option, name) {
      missing[option].add(name)
    },
    notice: (subject, message) => add(subject, message),
    advice: (subject, message) => add(subject, message, "advice"),
    defer: (origin) => void deferred.set(keyOf(origin), origin),
    deferred: () => new Set(deferred.keys()),
    notices: () =>
      [...notices.values()].map(({ logicalIds, ...notice }) => ({ logicalId: [...logicalIds].join(", "), ...notice })),
    throwProblems() {
      const { "--parameter": parameters, "--import": imports } = missing
      const later = [...deferred.values()]
      const reported = [...problems].filter(([, subject]) => !later.some((origin) => isSame(subject, origin)))
      const lines = reported.map(([line]) => line)
      if (parameters.size > 0) lines.push(`Parameters: [${[...parameters].join(", ")}] must have values`)
      if (imports.size > 0) lines.push(`No export named ${[...imports].join(", ")} found.`)
      if (lines.length === 0) return
      const message = lines.length === 1 ? lines[0] : `${lines.length} problems:\n  ${lines.join("\n  ")}`
      const options = Object.entries(missing).flatMap(([option, names]) =>
        [...names].map((name) => `${option} ${name}=VALUE`),
      )
      const isOfCdk = [...parameters].some((name) => name.startsWith("AssetParameters"))
      const corrections = [
        ...(isOfCdk ? ["A CDK app wrote this template: give the folder of the app or its cdk.out instead."] : []),
        ...(options.length > 0 ? [`Start again with ${options.join(" ")}.`] : []),
        ...(reported.length > 0 ? ["Correct the resources named above and start again."] : []),
      ]
      throw new GatewayError("TEMPLATE_INVALID", `The template would not deploy. ${message}`, {
        hint: corrections.join(" "),
      })
    },
  }
}

/** A subject whose stack is not known is one of any stack. */
function isSame({ logicalId, stackName }: Subject, origin: Origin): boolean {
  return logicalId === origin.logicalId && (stackName ?? origin.stackName) === origin.stackName
}
