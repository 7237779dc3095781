// Runs the gateway of a test in a process of its own, which the test kills. Arguments: the template, the data folder.
import { startGateway } from "@document-insight/gateway"

const [, , source = "", dataDir = ""] = process.argv
const gateway = await startGateway({
  source,
  dataDir,
  onEvent: (event) => event.event === "problem" && tell({ event }),
})
const { endpoints, credentials } = gateway
tell({ endpoints, credentials })
process.once("SIGTERM", () => gateway.close())

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
