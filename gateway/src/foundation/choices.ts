// What nobody outside AWS knows for sure, as values: each is a row of docs/fidelity.md that says why it is set so.

export type Choices = {
  /** AWS? Whether a protocol ping counts as activity. No: the stricter reading, so that nobody relies on it by accident. */
  pingResetsIdleTimeout: boolean
  /** AWS? What a plain GET on a stage gets: 403 or 426 have both been reported. */
  plainRequestStatus: 403 | 426
}

export const defaultChoices: Choices = { pingResetsIdleTimeout: false, plainRequestStatus: 403 }
