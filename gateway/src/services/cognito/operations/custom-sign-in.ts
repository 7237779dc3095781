// Signs a user in by challenges that three functions define, create and verify.
// AWS: the order of the functions and their events (cognito-custom-challenges)
import { randomBytes } from "node:crypto"
import type { TriggerName } from "../../../definition/user-pool.ts"
import { isRecord } from "../../../foundation/is-record.ts"
import { ServiceError } from "../../local/local-service.ts"
import { userInTrigger } from "../pool-users.ts"
import type { ChallengeResult, PoolClient, SignInWorld } from "../sign-in-world.ts"
import { CHALLENGE_MS, completeSignIn } from "./complete-sign-in.ts"
import { type Input, incorrectPassword, textOf, userSigningIn } from "./operation.ts"

export const CUSTOM_CHALLENGE = "CUSTOM_CHALLENGE"

type Sign = { username: string; results: readonly ChallengeResult[]; input: Input }

export function beginCustomSignIn(world: SignInWorld, found: PoolClient, name: string, input: Input): Promise<unknown> {
  const user = userSigningIn(world, found, name)
  return next(world, found, { username: user?.username ?? name, results: [], input })
}

export async function respondToCustomChallenge(
  world: SignInWorld,
  found: PoolClient,
  { input, responses }: { input: Input; responses: ReadonlyMap<string, string> },
): Promise<unknown> {
  const begun = world.customChallenges.take(textOf(input, "Session"))
  if (begun?.clientId !== found.client.clientId) {
    throw new ServiceError("NotAuthorizedException", "Invalid session for the user.")
  }
  const { username, privateParameters, metadata } = begun
  const { answerCorrect } = await runFor(world, found, "VerifyAuthChallengeResponse", {
    username,
    input,
    request: { privateChallengeParameters: privateParameters, challengeAnswer: responses.get("ANSWER") },
    response: { answerCorrect: null },
  })
  const result: ChallengeResult = {
    challengeName: CUSTOM_CHALLENGE,
    challengeResult: answerCorrect === true,
    ...(metadata !== undefined && { challengeMetadata: metadata }),
  }
  return next(world, found, { username, results: [...begun.results, result], input })
}

/** Tokens, another challenge, or a rejection. */
async function next(world: SignInWorld, found: PoolClient, { username, results, input }: Sign): Promise<unknown> {
  const defined = await runFor(world, found, "DefineAuthChallenge", {
    username,
    input,
    request: { session: results },
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
  })
  const user = world.users.find(found.pool, username)
  if (defined.failAuthentication === true || (defined.issueTokens === true && !user)) {
    throw incorrectPassword()
  }
  if (defined.issueTokens === true && user) return completeSignIn(world, found, user)
  const { challengeName } = defined
  if (challengeName !== CUSTOM_CHALLENGE) {
    // Differs: challenges with a password inside this flow are not served (cognito-operations)
    const message = `DefineAuthChallenge returned the challenge ${challengeName}, and only ${CUSTOM_CHALLENGE} is served locally.`
    world.log.warn("Not served locally", { message })
    throw new ServiceError("InvalidLambdaResponseException", message)
  }
  const created = await runFor(world, found, "CreateAuthChallenge", {
    username,
    input,
    request: { challengeName, session: results },
    response: { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
  })
  const session = randomBytes(48).toString("base64url")
  const { publicChallengeParameters, privateChallengeParameters, challengeMetadata } = created
  const challenge = {
    clientId: found.client.clientId,
    username,
    results,
    privateParameters: isRecord(privateChallengeParameters) ? privateChallengeParameters : {},
    ...(typeof challengeMetadata === "string" && { metadata: challengeMetadata }),
  }
  world.customChallenges.set(session, challenge, CHALLENGE_MS)
  const ChallengeParameters = {
    USERNAME: username,
    ...(isRecord(publicChallengeParameters) ? publicChallengeParameters : {}),
  }
  return { ChallengeName: CUSTOM_CHALLENGE, Session: session, ChallengeParameters }
}

type Call = {
  username: string
  input: Input
  request: Readonly<Record<string, unknown>>
  response: Readonly<Record<string, unknown>>
}

function runFor(world: SignInWorld, { pool, client }: PoolClient, name: TriggerName, call: Call) {
  const { username, input, request, response } = call
  if (!pool.triggers.some((trigger) => trigger.name === name)) {
    // AWS: a pool without the functions rejects the flow (cognito-custom-missing)
    const message = "Custom auth lambda trigger is not configured for the user pool."
    throw new ServiceError("InvalidParameterException", message)
  }
  return world.runTrigger(pool, name, {
    source: `${name}_Authentication`,
    username,
    clientId: client.clientId,
    request: {
      ...userInTrigger(client, world.users.find(pool, username)),
      ...request,
      clientMetadata: input.ClientMetadata,
    },
    response,
  })
}
