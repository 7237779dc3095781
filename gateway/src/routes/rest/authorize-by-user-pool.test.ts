// How the claims of a token of a user pool appear in events.
import { expect, test } from "vitest"
import { claimsOf } from "./authorize-by-user-pool.ts"

test("claims are texts, lists are separated by commas, and times are dates", () => {
  const claims = {
    sub: "1",
    email_verified: true,
    auth_time: 1469814773,
    "cognito:groups": ["a", "b"],
    exp: 1469818373,
  }
  expect({ ...claimsOf({ ...claims, iat: 1469814773, absent: null }) }).toEqual({
    sub: "1",
    email_verified: "true",
    auth_time: "1469814773",
    "cognito:groups": "a,b",
    exp: "Fri Jul 29 18:52:53 UTC 2016",
    iat: "Fri Jul 29 17:52:53 UTC 2016",
  })
})
