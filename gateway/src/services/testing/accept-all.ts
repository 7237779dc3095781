// Authentication for tests: accepts every request, whose caller may do everything.
import type { DataCaller } from "../../definition/permission.ts"
import type { Authenticate } from "../authenticate.ts"

export const unrestricted: DataCaller = {
  isRestricted: false,
  may: () => ({ allowed: true }),
  hasPermission: () => ({ allowed: true }),
}

export const acceptAll: Authenticate = () => ({ outcome: "verified", caller: unrestricted })
