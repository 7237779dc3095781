// What nobody outside AWS knows for sure, as values: each is a row of docs/fidelity/ that says why it is set so.

export type Choices = {
  /** AWS?: whether a ping counts as activity. No: the stricter reading. [limit-idle-not-reset-by-ping] */
  pingResetsIdleTimeout: boolean
  /** AWS?: a plain GET on a stage; 403 and 426 have both been reported. [handshake-plain-get] */
  plainRequestStatus: 403 | 426
}

export const defaultChoices: Choices = { pingResetsIdleTimeout: false, plainRequestStatus: 403 }
