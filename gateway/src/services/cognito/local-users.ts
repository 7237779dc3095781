// The users of every local user pool. They sign in with any password.
import { createHash } from "node:crypto"

export type LocalUser = { username: string; sub: string; email: string }

const defaultUsers = ["alice", "bob"]

/** @param added names of further users */
export function userNames(added: readonly string[] = []): string[] {
  return [...new Set([...defaultUsers, ...added])]
}

/** The `sub` depends only on pool and name, so that documents kept with --data still belong to their owner. */
export function localUser(userPoolId: string, username: string): LocalUser {
  const email = username.includes("@") ? username : `${username}@example.com`
  return { username, sub: stableUuid(`${userPoolId}/${username}`), email }
}

/** A UUID of version 4 by its form, derived from `seed`. */
function stableUuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex")
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-")
}
