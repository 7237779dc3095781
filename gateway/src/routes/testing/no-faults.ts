// Ports for tests that inject no fault: none of the functions may be called.
import type { EventFaults } from "../ports.ts"

const unused = () => {
  throw new Error("No fault is set")
}

export const noFaults: EventFaults = {
  isSet: false,
  receive: unused,
  push: unused,
  managementStatus: unused,
  skipsDisconnect: unused,
}
