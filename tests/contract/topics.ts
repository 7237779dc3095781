// Every case of the contract: the list that docs/fidelity.md is checked against.
import type { Topic } from "./case.ts"
import { handshakeTopic } from "./cases/handshake.ts"

export const topics: readonly Topic[] = [handshakeTopic]
