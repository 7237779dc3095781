// Every case of the contract: the list that docs/fidelity/ is checked against.
import type { Topic } from "./case.ts"
import { answersTopic } from "./cases/answers.ts"
import { closingTopic } from "./cases/closing.ts"
import { deploymentsTopic } from "./cases/deployments.ts"
import { disconnectTopic } from "./cases/disconnect.ts"
import { eventsTopic } from "./cases/events.ts"
import { handshakeTopic } from "./cases/handshake.ts"
import { limitsTopic } from "./cases/limits.ts"
import { logsTopic } from "./cases/logs.ts"
import { managementTopic } from "./cases/management.ts"
import { routesTopic } from "./cases/routes.ts"
import { throttlingTopic } from "./cases/throttling.ts"

export const topics: readonly Topic[] = [
  handshakeTopic,
  eventsTopic,
  routesTopic,
  answersTopic,
  limitsTopic,
  throttlingTopic,
  disconnectTopic,
  managementTopic,
  deploymentsTopic,
  closingTopic,
  logsTopic,
]
