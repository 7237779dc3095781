// Reports handshakes that no stage receives, because the client is told "Forbidden" only, as on AWS.
import type { Log } from "../foundation/log.ts"

/** Bounds what clients can make the gateway print. */
const MAX_REPORTS = 20
const MAX_PATH_CHARACTERS = 100

/**
 * Reports each path once.
 * @param stageNames of the stages that have a deployment
 */
export function createUnknownStageReporter(log: Log, stageNames: () => readonly string[]): (path: string) => void {
  const reported = new Set<string>()
  return (path) => {
    const shown = path.slice(0, MAX_PATH_CHARACTERS)
    if (reported.has(shown) || reported.size >= MAX_REPORTS) return
    reported.add(shown)
    const names = stageNames().map((name) => `/${name}`)
    const hint =
      names.length > 0
        ? `Connect to the path of a stage: ${names.join(", ")}.`
        : "The API has no stage with a deployment: add an AWS::ApiGatewayV2::Stage with AutoDeploy to the template."
    log.warn("Handshake rejected with 403", { message: `${shown} is not the path of a stage.`, hint })
  }
}
