// Runs this repository's system in a process of its own, which a test kills. Arguments: the assembly, the data folder, the
// first port.
import { startGateway } from "@document-insight/gateway"

const [, , source = "", dataDir = "", port = "0"] = process.argv
const gateway = await startGateway({ source, dataDir, port: Number(port) })
process.stdout.write(`${JSON.stringify(gateway.outputs())}\n`)
process.once("SIGTERM", () => gateway.close())
