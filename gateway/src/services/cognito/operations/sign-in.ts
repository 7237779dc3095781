// The operations that sign users in with a password, a challenge or a refresh token.
import { ServiceError } from "../../local/local-service.ts"
import { hasPassword, type PoolUser, userInTrigger } from "../pool-users.ts"
import type { PoolClient, SignInWorld } from "../sign-in-world.ts"
import { completeSignIn, NEW_PASSWORD, resultOf } from "./complete-sign-in.ts"
import { beginCustomSignIn, CUSTOM_CHALLENGE, respondToCustomChallenge } from "./custom-sign-in.ts"
import {
  checkPassword,
  checkSecretHash,
  clientIn,
  type Input,
  incorrectPassword,
  type Operation,
  textOf,
  textsIn,
  userSigningIn,
} from "./operation.ts"
import { beginSrp, provenUser } from "./srp-sign-in.ts"

const PASSWORD_VERIFIER = "PASSWORD_VERIFIER"
const SRP = "USER_SRP_AUTH"
const CUSTOM = "CUSTOM_AUTH"

/** By flow, the name that the client allows it under. Earlier names of a flow are allowed by themselves. */
const publicFlows = new Map([
  [SRP, ["ALLOW_USER_SRP_AUTH"]],
  [CUSTOM, ["ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"]],
  ["USER_PASSWORD_AUTH", ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"]],
])
const signedFlows = new Map([
  ["ADMIN_USER_PASSWORD_AUTH", ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]],
  ["ADMIN_NO_SRP_AUTH", ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]],
  ...publicFlows,
])

const initiateAuth: Operation = (world, input) => signInBy(world, input, publicFlows)

const adminInitiateAuth: Operation = (world, input) => signInBy(world, input, signedFlows)

async function signInBy(world: SignInWorld, input: Input, flows: ReadonlyMap<string, string[]>) {
  const found = clientIn(world, input)
  const flow = textOf(input, "AuthFlow")
  const parameters = textsIn(input, "AuthParameters")
  if (flow === "REFRESH_TOKEN_AUTH" || flow === "REFRESH_TOKEN") return refresh(world, found, parameters)
  const allowedAs = flows.get(flow)
  if (!allowedAs) {
    const served = [...flows.keys(), "REFRESH_TOKEN_AUTH"].join(", ")
    const message = `The flow ${flow} of Cognito is not served locally. Flows: ${served}.`
    world.log.warn("Not served locally", { message })
    throw new ServiceError("InvalidParameterException", message)
  }
  // AWS: a client allows each flow (cognito-auth-flows)
  if (!allowedAs.some((name) => found.client.authFlows.includes(name))) {
    throw new ServiceError("InvalidParameterException", `${flow} flow not enabled for this client`)
  }
  const name = parameter(parameters, "USERNAME")
  checkSecretHash(found, name, parameters.get("SECRET_HASH"))
  if (flow === CUSTOM) return beginCustomSignIn(world, found, name, input)
  const secret = parameter(parameters, flow === SRP ? "SRP_A" : "PASSWORD")
  await beforeAuthentication(world, found, { name, input })
  if (flow !== SRP) return completeSignIn(world, found, authenticated(world, found, name, secret))
  return { ChallengeName: PASSWORD_VERIFIER, ChallengeParameters: beginSrp(world, found, name, secret) }
}

function parameter(parameters: ReadonlyMap<string, string>, name: string): string {
  const value = parameters.get(name)
  if (value !== undefined) return value
  throw new ServiceError("InvalidParameterException", `Missing required parameter ${name}`)
}

/** AWS: the trigger of an unknown user depends on what the client hides (cognito-pre-authentication) */
async function beforeAuthentication(
  world: SignInWorld,
  { pool, client }: PoolClient,
  { name, input }: { name: string; input: Input },
): Promise<void> {
  const user = world.users.find(pool, name)
  if (!user && !client.hidesUnknownUsers) return
  await world.runTrigger(pool, "PreAuthentication", {
    source: "PreAuthentication_Authentication",
    username: user?.username ?? name,
    clientId: client.clientId,
    request: { ...userInTrigger(client, user), validationData: input.ClientMetadata },
  })
}

function authenticated(world: SignInWorld, found: PoolClient, name: string, password: string): PoolUser {
  const user = userSigningIn(world, found, name)
  if (!user || !hasPassword(found.pool, user, password)) throw incorrectPassword()
  return user
}

async function refresh(world: SignInWorld, found: PoolClient, parameters: ReadonlyMap<string, string>) {
  const { pool, client } = found
  const tokens = await world.issuerOf(pool).refresh(pool, client, parameters.get("REFRESH_TOKEN") ?? "")
  if (tokens) return resultOf(tokens)
  throw new ServiceError("NotAuthorizedException", "Invalid Refresh Token")
}

const respondToAuthChallenge: Operation = (world, input) => {
  const found = clientIn(world, input)
  const challenge = textOf(input, "ChallengeName")
  const responses = textsIn(input, "ChallengeResponses")
  const respond = challenges.get(challenge)
  if (!respond) {
    const message = `The challenge ${challenge} of Cognito is not served locally. Challenges: ${[...challenges.keys()].join(", ")}.`
    world.log.warn("Not served locally", { message })
    throw new ServiceError("InvalidParameterException", message)
  }
  checkSecretHash(found, responses.get("USERNAME") ?? "", responses.get("SECRET_HASH"))
  return respond(world, found, { input, responses })
}

type Responses = { input: Input; responses: ReadonlyMap<string, string> }

/** By name. Each returns the output of the operation. */
const challenges = new Map<string, (world: SignInWorld, found: PoolClient, responses: Responses) => unknown>([
  [
    NEW_PASSWORD,
    (world, found, responses) =>
      completeSignIn(world, found, chooseNewPassword(world, found, responses), "NewPasswordChallenge"),
  ],
  [
    PASSWORD_VERIFIER,
    (world, found, { responses }) => completeSignIn(world, found, provenUser(world, found, responses)),
  ],
  [CUSTOM_CHALLENGE, respondToCustomChallenge],
])

/** AWS: a user with a temporary password chooses another one (cognito-new-password) */
function chooseNewPassword(world: SignInWorld, found: PoolClient, { input, responses }: Responses): PoolUser {
  const session = textOf(input, "Session")
  const password = responses.get("NEW_PASSWORD") ?? ""
  const begun = world.challenges.get(session)
  const user = world.users.find(found.pool, responses.get("USERNAME") ?? "")
  if (!user || begun?.userPoolId !== found.pool.userPoolId || begun.username !== user.username) {
    throw new ServiceError("NotAuthorizedException", "Invalid session for the user.")
  }
  checkPassword(found.pool, password)
  world.challenges.delete(session)
  world.users.setPassword(found.pool, user, password, "CONFIRMED")
  return user
}

export const signInOperations: readonly [name: string, operation: Operation][] = [
  ["InitiateAuth", initiateAuth],
  ["RespondToAuthChallenge", respondToAuthChallenge],
]

/** Those that are signed. */
export const signedSignInOperations: readonly [name: string, operation: Operation][] = [
  ["AdminInitiateAuth", adminInitiateAuth],
  ["AdminRespondToAuthChallenge", respondToAuthChallenge],
]
