// Groups the runtimes of Lambda by how their functions run here.

/** `custom`: a program named `bootstrap`, which asks for its invocations. */
export type RuntimeFamily = "node" | "python" | "custom"

/**
 * @param runtime `nodejs24.x`, `python3.13`, `provided.al2023`; empty for a container image
 * @returns undefined when functions of this runtime cannot run here
 */
export function runtimeFamily(runtime: string): RuntimeFamily | undefined {
  if (runtime.startsWith("nodejs")) return "node"
  if (runtime.startsWith("python3.")) return "python"
  if (runtime === "go1.x" || /^provided(\.|$)/.test(runtime)) return "custom"
  return undefined
}
