// A queue with SQS's visibility, delays, receive counts and redrive, on a clock that a test moves.
import { randomUUID } from "node:crypto"
import type { Clock } from "../src/clock.ts"

export type SimulatedQueueOptions = {
  visibilitySeconds: number
  redrive?: { queue: SimulatedQueue; maxReceiveCount: number }
  clock: Pick<Clock, "now">
}

type Message = { messageId: string; receiptHandle: string; body: string; receiveCount: number; visibleAt: number }
export type ReceivedMessage = Readonly<Message>

export class SimulatedQueue {
  readonly #options: SimulatedQueueOptions
  readonly #messages = new Set<Message>()

  constructor(options: SimulatedQueueOptions) {
    this.#options = options
  }

  get length(): number {
    return this.#messages.size
  }

  /** When the next message is visible; undefined when there is none. */
  get nextAt(): number | undefined {
    return this.#messages.size === 0 ? undefined : Math.min(...[...this.#messages].map(({ visibleAt }) => visibleAt))
  }

  readonly send = async (body: string, delaySeconds = 0): Promise<void> => {
    const visibleAt = this.#options.clock.now() + delaySeconds * 1000
    this.#messages.add({ messageId: randomUUID(), receiptHandle: "", body, receiveCount: 0, visibleAt })
  }

  /** The message that has been visible for longest; one that was received too often goes to the dead-letter queue. */
  async receive(): Promise<ReceivedMessage | undefined> {
    const { clock, visibilitySeconds, redrive } = this.#options
    const visible = [...this.#messages].filter(({ visibleAt }) => visibleAt <= clock.now())
    const [message] = visible.toSorted((one, other) => one.visibleAt - other.visibleAt)
    if (!message) return undefined
    message.receiveCount += 1
    if (redrive && message.receiveCount > redrive.maxReceiveCount) {
      this.#messages.delete(message)
      await redrive.queue.send(message.body)
      return undefined
    }
    message.receiptHandle = randomUUID()
    message.visibleAt = clock.now() + visibilitySeconds * 1000
    return { ...message }
  }

  readonly changeVisibility = async (receiptHandle: string, seconds: number): Promise<void> => {
    const message = this.#find(receiptHandle)
    if (!message) throw new Error("MessageNotInflight: the receipt handle is not the latest one")
    message.visibleAt = this.#options.clock.now() + Math.ceil(seconds) * 1000
  }

  delete(receiptHandle: string): void {
    const message = this.#find(receiptHandle)
    if (message) this.#messages.delete(message)
  }

  #find(receiptHandle: string): Message | undefined {
    return [...this.#messages].find((message) => message.receiptHandle === receiptHandle)
  }
}
