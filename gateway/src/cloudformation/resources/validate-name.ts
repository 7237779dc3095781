// Validates the names that a template gives to queues and topics.
import type { Resource } from "../resolve/resource.ts"

/**
 * @param property `QueueName`
 * @param isFifoProperty `FifoQueue`
 */
export function validateName(resource: Resource, property: string, isFifoProperty: string, maxLength: number): void {
  const name = resource.properties.text(property)
  if (name === undefined) return
  const isFifo = resource.properties.flag(isFifoProperty) ?? false
  const pattern = isFifo ? /^[A-Za-z0-9_-]+\.fifo$/ : /^[A-Za-z0-9_-]+$/
  if (name.length <= maxLength && pattern.test(name)) return
  const end = isFifo ? ", and end with .fifo" : ""
  resource.problem(`${property} "${name}" must have 1 to ${maxLength} letters, digits, hyphens and underscores${end}.`)
}
