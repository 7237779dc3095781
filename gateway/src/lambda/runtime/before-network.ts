// Runs a function once, before a handler can use the network. Most handlers never do, and loading what they would use takes
// a third of the time in which an environment starts.
import diagnosticsChannel from "node:diagnostics_channel"
import nodeModule from "node:module"

/** The modules of Node.js that open no connections. Others may, also those of later versions. */
export const withoutNetwork = new Set(
  `assert async_hooks buffer console constants crypto diagnostics_channel events fs fs/promises module os path path/posix
  path/win32 perf_hooks process punycode querystring stream stream/consumers stream/promises stream/web string_decoder
  timers timers/promises url util util/types v8 vm zlib`.split(/\s+/),
)

/** Published before `fetch` and `WebSocket` connect. They use modules that no code imports. */
const CONNECTING = "undici:client:beforeConnect"

/** @param run may load modules of the network */
export function beforeNetwork(run: () => void): void {
  // Before Node.js 22.15 and 23.5.
  if (typeof nodeModule.registerHooks !== "function") {
    run()
    return
  }
  const { getBuiltinModule } = process
  let isDone = false
  const runOnce = () => {
    if (isDone) return
    isDone = true
    run()
  }
  const runFor = (specifier: string) => {
    if (!isDone && nodeModule.isBuiltin(specifier) && !withoutNetwork.has(specifier.replace(/^node:/, ""))) runOnce()
  }
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      runFor(specifier)
      return next(specifier, context)
    },
  })
  process.getBuiltinModule = ((id: string) => {
    runFor(id)
    return getBuiltinModule(id)
  }) as typeof getBuiltinModule
  diagnosticsChannel.subscribe(CONNECTING, runOnce)
}
