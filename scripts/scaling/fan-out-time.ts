// Simulates one round: how long it takes to notify all watchers of a document, in the ways that it was and is done.
import type { Assumptions } from "./assumptions.ts"

const connectionsPerPage = 250
const fewWatchers = 300
const postsAtOnce = 64
const rowsPerQueryPage = 9_500
const spreadAbove = 2_000
const partitions = 17
const messagesPerBatch = 10

/** Of the rate of all pushes (infrastructure/src/push-rates.ts). */
const notifiersShare = 0.75

export type Design = "one function, by the SDK" | "shared out" | "shared out, tenfold quota"

export function fanOutSeconds(design: Design, watchers: number, given: Assumptions): number {
  switch (design) {
    case "one function, by the SDK":
      return beforeSeconds(watchers, given)
    case "shared out":
      return sharedSeconds(watchers, given)
    case "shared out, tenfold quota":
      return sharedSeconds(watchers, {
        ...given,
        "account-rate": given["account-rate"] * 10,
        notifiers: given.notifiers * 20,
      })
  }
}

/** 32 posts at once, by the function that read the document, which waited for them. */
function beforeSeconds(watchers: number, given: Assumptions): number {
  const perPost = Math.max(given["post-ms"] / 32, 0.45)
  return (listingMs(watchers, 1, given) + watchers * perPost) / 1000
}

function sharedSeconds(watchers: number, given: Assumptions): number {
  const total = (given["account-rate"] * given["push-percent"]) / 100
  if (watchers <= fewWatchers) {
    const perSecond = (total * (1 - notifiersShare)) / given.processors
    return (
      (listingMs(watchers, 1, given) + invocation({ posts: watchers, perSecond, tokens: perSecond / 2 }, given).ms) /
      1000
    )
  }
  const perSecond = (total * notifiersShare) / given.notifiers
  const isSpread = watchers > spreadAbove
  const listedMs = listingMs(watchers, isSpread ? partitions : 1, given)
  const pages = Math.ceil(watchers / connectionsPerPage)
  // Requests of a coordinator run at once, and at most 50 sockets are open.
  const sentMs = Math.ceil(pages / messagesPerBatch / 50) * given["send-ms"]
  // Each notifier takes the next page when it has finished one.
  const notifiers = Array.from({ length: given.notifiers }, () => ({ freeAt: 0, tokens: perSecond / 2, filledAt: 0 }))
  let endsAt = 0
  for (let page = 0; page < pages; page++) {
    const notifier = notifiers.reduce((first, other) => (other.freeAt < first.freeAt ? other : first))
    const posts = Math.min(connectionsPerPage, watchers - page * connectionsPerPage)
    const tokens = Math.min(perSecond / 2, notifier.tokens + ((notifier.freeAt - notifier.filledAt) * perSecond) / 1000)
    const { ms, left } = invocation({ posts, perSecond, tokens }, given)
    notifier.tokens = left
    notifier.freeAt += ms
    notifier.filledAt = notifier.freeAt
    endsAt = Math.max(endsAt, notifier.freeAt)
  }
  return (listedMs + sentMs + given["queue-ms"] + endsAt) / 1000
}

/** A page of posts in one invocation: limited by its sockets, by its CPU, or by its rate. */
function invocation(
  { posts, perSecond, tokens }: { posts: number; perSecond: number; tokens: number },
  given: Assumptions,
): { ms: number; left: number } {
  const bySockets = Math.ceil(posts / postsAtOnce) * given["post-ms"]
  const byCpu = posts * given["post-cpu-ms"] + given["post-ms"]
  const byRate = (Math.max(0, posts - tokens) * 1000) / perSecond
  const ms = Math.max(bySockets, byCpu, byRate)
  return { ms, left: Math.max(0, tokens + (ms * perSecond) / 1000 - posts) }
}

/** The pages of one partition are read one after the other, the partitions at once. */
function listingMs(watchers: number, count: number, given: Assumptions): number {
  return Math.max(1, Math.ceil(watchers / count / rowsPerQueryPage)) * given["query-ms"]
}
