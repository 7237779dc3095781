// A tagged word, which the collectors of names and word classes read.

/** A word as compromise tagged it; `post` is what is between it and the next word. */
export type Term = { text: string; post: string; tags: ReadonlySet<string> }
