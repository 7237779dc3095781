// Unedited handlers that verify tokens of a user pool with aws-jwt-verify, as they are deployed to AWS.
import { buildSync } from "esbuild"
import { expect, test } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { withUserPool } from "../testing/sign-in-template.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept } from "../testing/template.ts"

/** The authorizer of a WebSocket API, as its author writes it. */
const authorizerSource = `
import { CognitoJwtVerifier } from "aws-jwt-verify"

const verifier = CognitoJwtVerifier.create({
  userPoolId: process.env.USER_POOL_ID,
  clientId: process.env.CLIENT_ID,
  tokenUse: "access",
})

export const handler = async (event) => {
  try {
    const { username } = await verifier.verify(event.queryStringParameters.token)
    return {
      principalId: username,
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: event.methodArn }],
      },
    }
  } catch (error) {
    console.log("rejected: " + error.message)
    throw new Error("Unauthorized")
  }
}`

const { outputFiles } = buildSync({
  stdin: { contents: authorizerSource, resolveDir: import.meta.dirname },
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  write: false,
})

async function start() {
  const local = await startLocal(
    withUserPool({
      routes: { $connect: { code: accept, authorization: "CUSTOM" } },
      authorizer: { code: outputFiles[0]?.text ?? "", identitySource: ["route.request.querystring.token"] },
      environment: { USER_POOL_ID: { Ref: "Pool" }, CLIENT_ID: { Ref: "Client" } },
    }),
  )
  const connect = (token = "") => openSocket(`${local.url}?token=${token}`)
  const refused = (token = "") => rejectedHandshake(`${local.url}?token=${token}`)
  return { ...local, connect, refused }
}

test("a REQUEST authorizer on $connect verifies tokens of the user pool without a change", async () => {
  const { connect, refused, gateway, untilEvent } = await start()
  const alice = await gateway.signIn("alice")
  const socket = await connect(alice?.accessToken)
  socket.close()
  const rejected = (reason: string) =>
    untilEvent((event) => event.event === "log" && event.message.includes(`rejected: ${reason}`))
  expect((await refused(alice?.idToken)).status).toBe(401)
  await rejected("Token use not allowed")
  const [header, payload] = alice?.accessToken.split(".") ?? []
  expect((await refused(`${header}.${payload}.AAAA`)).status).toBe(401)
  await rejected("Invalid signature")
})
