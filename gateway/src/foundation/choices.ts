// What nobody outside AWS knows for sure, as values: each is a row of docs/fidelity/ that says why it is set so.

export type Choices = {
  /** AWS?: a ping does not restart the idle timeout (limit-idle-not-reset-by-ping) */
  pingResetsIdleTimeout: boolean
  /** AWS?: a GET without an upgrade is a 403; 426 was reported as well (handshake-plain-get) */
  plainRequestStatus: 403 | 426
}

export const defaultChoices: Choices = { pingResetsIdleTimeout: false, plainRequestStatus: 403 }
