// A stand-in for Cognito user pools: discovery, keys, sign-in page and the OAuth endpoints. Nothing is kept after a run.
import type { IncomingMessage, ServerResponse } from "node:http"
import type { UserPoolDefinition } from "../../definition/user-pool.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { splitTarget } from "../../foundation/request-target.ts"
import type { Authenticate } from "../authenticate.ts"
import { authorize, logIn, logOut, showLogin } from "./authorize-endpoint.ts"
import { discoveryDocument, keySet } from "./discovery.ts"
import { ExpiringMap } from "./expiring-map.ts"
import { rejectForeignRequest, sendJson, sendPage } from "./http.ts"
import { userNames } from "./local-users.ts"
import { errorPage } from "./pages.ts"
import { PoolGroups } from "./pool-groups.ts"
import { PoolUsers } from "./pool-users.ts"
import type { SignInWorld } from "./sign-in-world.ts"
import { exchangeToken, revokeToken, userInfo } from "./token-endpoint.ts"
import { TokenIssuer } from "./token-issuer.ts"
import { createRunTrigger, type InvokeFunction } from "./triggers.ts"
import { serveOperation } from "./user-pools-api.ts"

export type UserPoolsOptions = {
  clock: Clock
  log: Log
  /** Checks the signature of operations that need one, and the permissions of their caller. */
  authenticate: Authenticate
  /** Users beside alice and bob. */
  users?: readonly string[] | undefined
  /** For the triggers of the pools. */
  invoke: InvokeFunction
  /** Replaces addresses of AWS with local ones, in registered callback URLs. */
  localize(text: string): string
}

/** The tokens of a user, for scripts and tests. */
export type SignedInUser = {
  username: string
  userPoolId: string
  clientId: string
  accessToken: string
  idToken: string
  refreshToken: string
  expiresIn: number
}

export type UserPools = {
  /** Serves exactly these pools. */
  use(pools: readonly UserPoolDefinition[]): void
  /** Serves one request. Rejects only for a bug. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /**
   * Signs a user in without the page.
   * @param clientId default: the first client
   * @returns undefined when there is no such client or user
   */
  signIn(username: string, clientId?: string): Promise<SignedInUser | undefined>
  close(): void
}

export function createUserPools(options: UserPoolsOptions): UserPools {
  const { clock } = options
  const issuers = new Map<string, TokenIssuer>()
  let used: readonly UserPoolDefinition[] = []
  const names = userNames(options.users)
  const users = new PoolUsers(clock, names)
  const groups = new PoolGroups(clock)
  const runTrigger = createRunTrigger(options.invoke)
  const world: SignInWorld = {
    ...options,
    names,
    users,
    groups,
    runTrigger,
    challenges: new ExpiringMap(clock),
    proofs: new ExpiringMap(clock),
    customChallenges: new ExpiringMap(clock),
    pools: () => used,
    findClient(clientId) {
      for (const pool of used) {
        const client = pool.clients.find((one) => one.clientId === clientId)
        if (client) return { pool, client }
      }
      return undefined
    },
    issuerOf(pool) {
      const issuer = issuers.get(pool.userPoolId)
      if (!issuer) throw new Error(`The user pool ${pool.userPoolId} is not served`)
      return issuer
    },
    codes: new ExpiringMap(clock),
    sessions: new ExpiringMap(clock),
  }
  return {
    use(pools) {
      used = pools
      for (const { userPoolId } of pools) {
        // A pool keeps its keys during a reload, so that its tokens stay valid.
        if (!issuers.has(userPoolId)) issuers.set(userPoolId, new TokenIssuer({ clock, users, groups, runTrigger }))
      }
      groups.use(pools)
    },
    handle: (request, response) => handle(world, request, response),
    async signIn(username, clientId) {
      const [first] = used.flatMap((pool) => pool.clients.map((client) => ({ pool, client })))
      const found = clientId === undefined ? first : world.findClient(clientId)
      if (!found || !world.names.includes(username)) return undefined
      const { pool, client } = found
      const issuer = world.issuerOf(pool)
      const scopes = client.scopes.length > 0 ? client.scopes : ["openid", "email", "profile"]
      const grant = issuer.grant(client.clientId, username, [...new Set(["openid", ...scopes])])
      const { idToken = "", ...tokens } = await issuer.issue(pool, client, { grant, source: "HostedAuth" })
      return { username, userPoolId: pool.userPoolId, clientId: client.clientId, idToken, ...tokens }
    },
    close() {
      for (const { keys } of issuers.values()) void keys.release()
      issuers.clear()
    },
  }
}

type Endpoint = (world: SignInWorld, request: IncomingMessage, response: ServerResponse) => Promise<void> | void

const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ["GET /oauth2/authorize", authorize],
  ["GET /login", showLogin],
  ["POST /login", logIn],
  ["GET /logout", logOut],
  ["POST /oauth2/token", exchangeToken],
  ["POST /oauth2/revoke", revokeToken],
  ["GET /oauth2/userInfo", userInfo],
  ["POST /oauth2/userInfo", userInfo],
])

async function handle(world: SignInWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (rejectForeignRequest(world, request, response)) return
  const { path } = splitTarget(request.url ?? "/")
  const endpoint = endpoints.get(`${request.method} ${path}`)
  if (endpoint) return endpoint(world, request, response)
  const [, userPoolId, document] = /^\/([^/]+)\/\.well-known\/(openid-configuration|jwks\.json)$/.exec(path) ?? []
  const pool = world.pools().find((one) => one.userPoolId === userPoolId)
  if (pool && (request.method === "GET" || request.method === "HEAD")) {
    const isKeySet = document === "jwks.json"
    return sendJson(response, 200, isKeySet ? await keySet(world.issuerOf(pool)) : discoveryDocument(pool, request))
  }
  const target = request.headers["x-amz-target"]
  if (target !== undefined) return serveOperation(world, String(target), { request, response })
  sendPage(response, 404, errorPage("This page does not exist", "Start at the application that you want to use."))
}
