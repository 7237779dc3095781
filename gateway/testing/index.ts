// Public API for tests of a user's WebSocket API, for any test runner.
import "../src/foundation/polyfills.ts"

export { ManualClock } from "../src/foundation/manual-clock.ts"
export { HandshakeRejectedError, type OpenSocketOptions, openSocket, type TestSocket } from "./open-socket.ts"
export { type RouteInvocation, startGateway, type TestGateway } from "./start-gateway.ts"
