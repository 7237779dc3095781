// Secrets that their bearers present: created here, given away once, and stored as a hash only.
import { createHash, randomBytes } from "node:crypto"

/** 128 random bits. A hash of them without a salt cannot be reversed, because they cannot be guessed. */
export function createSecret(): string {
  return randomBytes(16).toString("base64url")
}

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url")
}
