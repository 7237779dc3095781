// What the machine allows: round trips between two processes that have nothing to do with the gateway.
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { answer } from "./child.ts"
import { measureLatency } from "./latency.ts"

if (process.argv[2] === "echo") {
  process.on("message", (message) => process.send?.(message))
} else {
  const echo = fork(fileURLToPath(import.meta.url), ["echo"], { execArgv: ["--disable-warning=ExperimentalWarning"] })
  const latency = measureLatency(
    () =>
      new Promise((resolve) => {
        echo.once("message", resolve)
        echo.send("ping")
      }),
  )
  answer({ worstSince: latency.worstSince }, async () => {
    await latency.stop()
    echo.disconnect()
  })
}
