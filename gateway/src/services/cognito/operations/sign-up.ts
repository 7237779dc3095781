// The operations with which users create an account, confirm it, and choose another password.
import type { UserPoolDefinition } from "../../../definition/user-pool.ts"
import { ServiceError } from "../../local/local-service.ts"
import { confirmationCode, hasPassword, type PoolUser, userAttributes } from "../pool-users.ts"
import type { SignInWorld } from "../sign-in-world.ts"
import {
  attributesIn,
  checkPassword,
  checkSecretHash,
  clientIn,
  deliveryOf,
  existingUser,
  type Input,
  incorrectPassword,
  type Operation,
  textOf,
} from "./operation.ts"
import { userOfToken } from "./user-of-token.ts"

/** The pool of the client that a request names, and the name of a user that may be unknown. */
function usernameIn(world: SignInWorld, input: Input): { pool: UserPoolDefinition; name: string } {
  const found = clientIn(world, input)
  const name = textOf(input, "Username")
  checkSecretHash(found, name, input.SecretHash)
  return { pool: found.pool, name }
}

function userIn(world: SignInWorld, input: Input): { pool: UserPoolDefinition; user: PoolUser } {
  const { pool, name } = usernameIn(world, input)
  return { pool, user: existingUser(world, pool, name) }
}

const signUp: Operation = async (world, input) => {
  const { pool, name } = usernameIn(world, input)
  if (!pool.allowsSignUp) {
    throw new ServiceError("NotAuthorizedException", "SignUp is not permitted for this user pool")
  }
  const password = textOf(input, "Password")
  const given = { name, attributes: attributesIn(input), password, status: "UNCONFIRMED" } as const
  const clientId = textOf(input, "ClientId")
  const user = await createUser(world, pool, { given, input, source: "PreSignUp_SignUp", clientId })
  const UserSub = user.attributes.get("sub")
  if (user.status === "CONFIRMED") {
    await confirmed(world, pool, { user, clientId, input, source: "PostConfirmation_ConfirmSignUp" })
    return { UserConfirmed: true, UserSub }
  }
  sendCode(world, user)
  return { UserConfirmed: false, UserSub, ...codeDelivery(pool, user) }
}

type Created = {
  given: Parameters<SignInWorld["users"]["add"]>[1]
  input: Input
  source: "PreSignUp_SignUp" | "PreSignUp_AdminCreateUser"
  clientId: string
}

/** @throws ServiceError UsernameExistsException, InvalidPasswordException, InvalidParameterException or one of the trigger */
export async function createUser(
  world: SignInWorld,
  pool: UserPoolDefinition,
  { given, input, source, clientId }: Created,
): Promise<PoolUser> {
  const { usernameAttributes } = pool
  if (usernameAttributes.length > 0 && !isAttribute(usernameAttributes, given.name)) {
    const kinds = usernameAttributes.map((name) => (name === "email" ? "an email" : "a phone number")).join(" or ")
    throw new ServiceError("InvalidParameterException", `Username should be ${kinds}.`)
  }
  if (/\s/.test(given.name)) throw new ServiceError("InvalidParameterException", "A username has no spaces.")
  checkPassword(pool, given.password)
  if (world.users.find(pool, given.name)) throw new ServiceError("UsernameExistsException", "User already exists")
  const { autoConfirmUser, autoVerifyEmail, autoVerifyPhone } = await world.runTrigger(pool, "PreSignUp", {
    source,
    username: given.name,
    clientId,
    request: {
      userAttributes: Object.fromEntries(given.attributes),
      validationData: Object.fromEntries(attributesIn(input, "ValidationData")),
      clientMetadata: input.ClientMetadata,
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  })
  const isConfirmed = given.status === "UNCONFIRMED" && autoConfirmUser === true
  const attributes = new Map([
    ...given.attributes,
    ...(autoVerifyEmail === true ? [["email_verified", "true"] as const] : []),
    ...(autoVerifyPhone === true ? [["phone_number_verified", "true"] as const] : []),
  ])
  const user = world.users.add(pool, { ...given, attributes, status: isConfirmed ? "CONFIRMED" : given.status })
  if (user) return user
  // Another request has created it meanwhile.
  throw new ServiceError("UsernameExistsException", "User already exists")
}

type Confirmed = {
  user: PoolUser
  clientId: string
  input: Input
  source: "PostConfirmation_ConfirmSignUp" | "PostConfirmation_ConfirmForgotPassword"
}

/** Invokes the trigger. The user stays confirmed when it fails. */
export async function confirmed(
  world: SignInWorld,
  pool: UserPoolDefinition,
  { user, clientId, input, source }: Confirmed,
): Promise<void> {
  const { username } = user
  const request = { userAttributes: userAttributes(user), clientMetadata: input.ClientMetadata }
  await world.runTrigger(pool, "PostConfirmation", { source, username, clientId, request })
}

function isAttribute(usernameAttributes: readonly string[], name: string): boolean {
  return (
    (usernameAttributes.includes("email") && /^[^\s@]+@[^\s@]+$/.test(name)) ||
    (usernameAttributes.includes("phone_number") && /^\+\d+$/.test(name))
  )
}

const confirmSignUp: Operation = async (world, input) => {
  const { pool, user } = userIn(world, input)
  if (user.status === "UNCONFIRMED") checkCode(user, input)
  confirm(world, user)
  // AWS: the code also verifies the attribute that it was sent to (cognito-confirm)
  const verified = pool.autoVerifiedAttributes.find((attribute) => user.attributes.has(attribute))
  if (verified !== undefined) user.attributes.set(`${verified}_verified`, "true")
  const clientId = textOf(input, "ClientId")
  await confirmed(world, pool, { user, clientId, input, source: "PostConfirmation_ConfirmSignUp" })
}

/** @throws ServiceError NotAuthorizedException for a user who is confirmed */
export function confirm(world: SignInWorld, user: PoolUser): void {
  if (user.status !== "UNCONFIRMED") {
    const message = `User cannot be confirmed. Current status is ${user.status}`
    throw new ServiceError("NotAuthorizedException", message)
  }
  world.users.change(user, { status: "CONFIRMED", code: undefined })
}

const resendConfirmationCode: Operation = (world, input) => {
  const { pool, user } = userIn(world, input)
  if (user.status === "CONFIRMED") {
    throw new ServiceError("InvalidParameterException", "User is already confirmed.")
  }
  sendCode(world, user)
  return codeDelivery(pool, user)
}

const forgotPassword: Operation = (world, input) => {
  const { pool, user } = userIn(world, input)
  sendCode(world, user)
  return codeDelivery(pool, user)
}

const confirmForgotPassword: Operation = async (world, input) => {
  const { pool, user } = userIn(world, input)
  const password = textOf(input, "Password")
  checkPassword(pool, password)
  checkCode(user, input)
  world.users.setPassword(pool, user, password, "CONFIRMED")
  world.users.change(user, { code: undefined })
  const clientId = textOf(input, "ClientId")
  await confirmed(world, pool, { user, clientId, input, source: "PostConfirmation_ConfirmForgotPassword" })
}

const changePassword: Operation = async (world, input) => {
  const { pool, user } = await userOfToken(world, textOf(input, "AccessToken"))
  if (!hasPassword(pool, user, textOf(input, "PreviousPassword"))) {
    throw incorrectPassword()
  }
  const password = textOf(input, "ProposedPassword")
  checkPassword(pool, password)
  world.users.setPassword(pool, user, password, "CONFIRMED")
}

/** Differs: no message is sent; the code is in the output of the gateway (cognito-codes) */
function sendCode(world: SignInWorld, user: PoolUser): void {
  const code = confirmationCode()
  world.users.change(user, { code })
  const name = user.attributes.get("email") ?? user.username
  world.log.warn("Message of the user pool", { message: `The code for ${name} is ${code}.` })
}

function checkCode(user: PoolUser, input: Input): void {
  if (user.code !== undefined && textOf(input, "ConfirmationCode") === user.code) return
  throw new ServiceError("CodeMismatchException", "Invalid verification code provided, please try again.")
}

function codeDelivery(pool: UserPoolDefinition, user: PoolUser) {
  const delivery = deliveryOf(pool, user)
  return delivery ? { CodeDeliveryDetails: delivery } : {}
}

export const signUpOperations: readonly [name: string, operation: Operation][] = [
  ["SignUp", signUp],
  ["ConfirmSignUp", confirmSignUp],
  ["ResendConfirmationCode", resendConfirmationCode],
  ["ForgotPassword", forgotPassword],
  ["ConfirmForgotPassword", confirmForgotPassword],
  ["ChangePassword", changePassword],
]
