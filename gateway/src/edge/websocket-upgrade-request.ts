// Requests whose Upgrade header is ignored unless it names WebSocket.
import { IncomingMessage } from "node:http"

const UPGRADE = Symbol("upgrade")

/**
 * Node.js processes a request without an upgrade as any other. The option `shouldUpgradeCallback` of its server does the
 * same, but not in Node.js 20.
 */
export class WebSocketUpgradeRequest extends IncomingMessage {
  [UPGRADE]: unknown

  get upgrade(): boolean {
    return Boolean(this[UPGRADE]) && this.headers.upgrade?.toLowerCase() === "websocket"
  }

  /** Called by Node.js with what the parser found, and whether the server accepts upgrades. */
  set upgrade(value: unknown) {
    this[UPGRADE] = value
  }
}
