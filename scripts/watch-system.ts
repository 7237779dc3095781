// Implements `npm start -- --watch`. A change in a function bundles and replaces that function, in milliseconds. Any other
// change builds the page and synthesizes the system again, in seconds. Neither waits for the other.
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Gateway } from "@document-insight/gateway"
import { type Watcher, watchSource } from "@document-insight/gateway/cli"
import { createFunctionBundle, type DeployedHandler, type FunctionBundle } from "./function-bundle.ts"
import { createSharedPackages } from "./shared-packages.ts"

const root = join(import.meta.dirname, "..")
const inRoot = (...paths: string[]) => paths.map((path) => join(root, path))

// Short, because an editor saves one file at a time.
const FUNCTIONS_QUIET_MS = 15

/** @param prepare builds the page and synthesizes the cloud assembly that the gateway serves */
export function watchSystem(gateway: Gateway, prepare: () => Promise<void>): Pick<Watcher, "close"> {
  const bundles = new Map<string, FunctionBundle>()
  const packages = createSharedPackages()

  async function bundleFunctions(changed: readonly string[]): Promise<string | undefined> {
    // All of them first, because their packages are bundled in one build.
    const bundled = await Promise.all(handlersOf(gateway).map(async (one) => ({ ...one, bundle: await bundleOf(one) })))
    const replaced = await Promise.all(bundled.map((one) => bundleFunction(one, changed)))
    const names = replaced.filter((name) => name !== undefined)
    return names.length > 0 ? names.join(", ") : undefined
  }

  async function bundleOf({ functionName, ...handler }: ServedHandler): Promise<FunctionBundle> {
    const bundle = bundles.get(functionName) ?? (await createFunctionBundle(handler, packages))
    bundles.set(functionName, bundle)
    return bundle
  }

  async function bundleFunction({ functionName, name, bundle }: BundledFunction, changed: readonly string[]) {
    if (!(await bundle.rebuild(changed))) return undefined
    await gateway.updateFunctionCode(functionName, bundle.folder)
    return name
  }

  const functions = watchSource({
    paths: inRoot("functions/src", "protocol/src"),
    reload: bundleFunctions,
    report: gateway.report,
    quietMs: FUNCTIONS_QUIET_MS,
  })
  const rest = watchSource({
    paths: inRoot("infrastructure/src", "cdk.json", "protocol/src", "client/src", "web/src", "web/index.html"),
    async reload() {
      await prepare()
      await gateway.reload()
      return "the system as synthesized"
    },
    report: gateway.report,
  })
  // At once, so that the first change does not wait for a bundle of all packages.
  void functions.reload()

  return {
    async close() {
      await Promise.all([functions.close(), rest.close()])
      await Promise.all([...bundles.values()].map((bundle) => bundle.close()))
    },
  }
}

type ServedHandler = DeployedHandler & { functionName: string; name: string }

type BundledFunction = ServedHandler & { bundle: FunctionBundle }

const entryOf = (name: string) => join(root, "functions", "src", name, "handler.ts")

/** A function's name ends with its folder in `functions/src` (`infrastructure/src/document-insight-function.ts`). */
function handlersOf(gateway: Gateway): ServedHandler[] {
  return gateway.functions().flatMap(({ functionName, codePath }) => {
    const parts = functionName.split("-")
    const names = parts.map((_, at) => parts.slice(at).join("-"))
    const name = names.find((one) => existsSync(entryOf(one)))
    return name && codePath ? [{ functionName, name, entry: entryOf(name), assetFolder: codePath }] : []
  })
}
