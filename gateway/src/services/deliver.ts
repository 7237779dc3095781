// Delivers a text to a target of any service that receives events: a queue, a function, a topic, a bus or a
// state machine.

export type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }

export type QueueMessage = {
  attributes?: Readonly<Record<string, MessageAttribute>>
  /** Of a FIFO queue. */
  groupId?: string | undefined
  deduplicationId?: string | undefined
}

export type DeliveryOptions = QueueMessage & {
  /** Of the message of a topic. */
  subject?: string | undefined
}

export type DeliveryPorts = {
  sendToQueue(queueArn: string, body: string, message?: QueueMessage): Promise<void>
  /** Resolves when the function has processed the event, or it is given up. */
  invokeAsync(functionArn: string, payload: string): Promise<void>
  hasFunction(functionArn: string): boolean
  publish(topicArn: string, body: string, options: DeliveryOptions): Promise<void>
  putOnBus(busArn: string, body: string): Promise<void>
  /** @throws Error when it does not exist, or when the input is not JSON */
  startExecution(machineArn: string, input: string): void
}

export type Deliver = (targetArn: string, body: string, options?: DeliveryOptions) => Promise<void>

/** The result rejects when the target does not exist or is not reached. A function's own failure is not one. */
export function createDeliver(ports: DeliveryPorts): Deliver {
  return async (targetArn, body, options = {}) => {
    switch (targetArn.split(":")[2]) {
      case "sqs":
        return ports.sendToQueue(targetArn, body, options)
      case "lambda":
        if (!ports.hasFunction(targetArn)) throw new Error(`Function not found: ${targetArn}`)
        void ports.invokeAsync(targetArn, body)
        return
      case "sns":
        return ports.publish(targetArn, body, options)
      case "events":
        return ports.putOnBus(targetArn, body)
      case "states":
        return ports.startExecution(targetArn, body)
      default:
        throw new Error(`Deliveries to ${targetArn} are not served.`)
    }
  }
}
