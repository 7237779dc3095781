// A word or phrase with what the tagger knows of it.
/** A word as compromise tagged it; `post` is what is between it and the next word. */
export type Term = { text: string; post: string; tags: ReadonlySet<string> }
