// Behaviour of API Gateway that is not publicly known, as options. Each has a row in docs/fidelity that says why it is set so.

export type Assumptions = {
  /** AWS?: a ping does not restart the idle timeout (limit-idle-not-reset-by-ping) */
  pingResetsIdleTimeout: boolean
  /** AWS?: a GET without an upgrade is a 403; 426 was reported as well (handshake-plain-get) */
  plainRequestStatus: 403 | 426
}

export const defaultAssumptions: Assumptions = { pingResetsIdleTimeout: false, plainRequestStatus: 403 }
