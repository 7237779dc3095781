// Reads the Cognito user pools with their app clients and domains.
import {
  type PasswordPolicy,
  type TokenValidity,
  triggerNames,
  type UserGroupDefinition,
  type UserPoolClientDefinition,
  type UserPoolDefinition,
  type UserPoolTrigger,
} from "../../definition/user-pool.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { partitionOf } from "../resolve/partition.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"

export function readUserPools(template: ResolvedTemplate): UserPoolDefinition[] {
  return template.ofType("AWS::Cognito::UserPool").map((pool) => {
    const ofPool = (type: string) =>
      template.ofType(type).filter((one) => one.properties.text("UserPoolId") === pool.ref)
    const { region } = pool.stack
    const host = `cognito-idp.${region}.${partitionOf(region).urlSuffix}`
    return {
      ...pool.origin,
      userPoolId: pool.ref,
      arn: pool.attribute("Arn"),
      region,
      host,
      issuer: `https://${host}/${pool.ref}`,
      domains: ofPool("AWS::Cognito::UserPoolDomain").map(hostOf),
      usernameAttributes: pool.properties.texts("UsernameAttributes"),
      aliasAttributes: pool.properties.texts("AliasAttributes"),
      autoVerifiedAttributes: pool.properties.texts("AutoVerifiedAttributes"),
      allowsSignUp: pool.properties.object("AdminCreateUserConfig")?.flag("AllowAdminCreateUserOnly") !== true,
      passwordPolicy: readPasswordPolicy(pool.properties),
      groups: ofPool("AWS::Cognito::UserPoolGroup").map((group) =>
        readGroup(group, ofPool("AWS::Cognito::UserPoolUserToGroupAttachment")),
      ),
      triggers: readTriggers(pool),
      clients: ofPool("AWS::Cognito::UserPoolClient").map(readClient),
    }
  })
}

function readTriggers(pool: Resource): UserPoolTrigger[] {
  const config = pool.properties.object("LambdaConfig")
  if (!config) return []
  const served = new Set<string>([...triggerNames, "PreTokenGenerationConfig", "KMSKeyID"])
  const others = config.names().filter((name) => !served.has(name))
  if (others.length > 0) pool.notice(`The triggers ${others.join(", ")} of a user pool are not invoked.`)
  // AWS: this property has the version of the event, and replaces the other one (cognito-token-versions)
  const tokens = config.object("PreTokenGenerationConfig")
  return triggerNames.flatMap((name) => {
    const versioned = name === "PreTokenGeneration" ? tokens : undefined
    const functionArn = versioned?.text("LambdaArn") ?? config.text(name)
    const version = Number(/^V(\d)_0$/.exec(versioned?.text("LambdaVersion") ?? "")?.[1] ?? 1)
    return functionArn === undefined ? [] : [{ name, functionArn, version }]
  })
}

function readGroup({ ref: groupName, properties }: Resource, attachments: readonly Resource[]): UserGroupDefinition {
  const members = attachments.filter((one) => one.properties.text("GroupName") === groupName)
  const settings = withoutUndefined({
    description: properties.text("Description"),
    precedence: properties.number("Precedence"),
    roleArn: properties.text("RoleArn"),
  })
  return { groupName, ...settings, members: members.map((one) => one.properties.required("Username")) }
}

const DEFAULT_MINIMUM_LENGTH = 8

/** AWS?: what a password needs without a policy, beside a length of 8, is not known (cognito-password-default) */
function readPasswordPolicy(pool: Properties): PasswordPolicy {
  const policy = pool.object("Policies")?.object("PasswordPolicy")
  const kinds = {
    RequireUppercase: "uppercase",
    RequireLowercase: "lowercase",
    RequireNumbers: "numeric",
    RequireSymbols: "symbol",
  } as const
  return {
    minimumLength: policy?.number("MinimumLength") ?? DEFAULT_MINIMUM_LENGTH,
    needs: Object.entries(kinds).flatMap(([property, kind]) => (policy?.flag(property) ? [kind] : [])),
  }
}

/** AWS: a domain is a prefix of Cognito's own domain, or a domain name with a certificate (cognito-domain) */
function hostOf(resource: Resource): string {
  const domain = resource.properties.required("Domain")
  if (resource.properties.object("CustomDomainConfig")) return domain
  return `${domain}.auth.${resource.stack.region}.amazoncognito.com`
}

// AWS: what a client allows that names no flow (cognito-auth-flows)
const defaultAuthFlows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]

function readClient(resource: Resource): UserPoolClientDefinition {
  const { properties } = resource
  // AWS: a client without this property cannot use the OAuth endpoints (cognito-oauth-client)
  const usesOAuth = properties.flag("AllowedOAuthFlowsUserPoolClient") ?? false
  const client: UserPoolClientDefinition = {
    ...resource.origin,
    clientId: resource.ref,
    clientName: resource.attribute("Name"),
    callbackUrls: properties.texts("CallbackURLs"),
    logoutUrls: properties.texts("LogoutURLs"),
    flows: usesOAuth ? properties.texts("AllowedOAuthFlows") : [],
    scopes: usesOAuth ? properties.texts("AllowedOAuthScopes") : [],
    authFlows: properties.value("ExplicitAuthFlows") ? properties.texts("ExplicitAuthFlows") : defaultAuthFlows,
    hidesUnknownUsers: properties.text("PreventUserExistenceErrors") === "ENABLED",
    validitySeconds: readValidity(properties),
  }
  if (client.flows.length > 0 && !client.flows.includes("code")) {
    resource.notice("Only the authorization code flow is served.")
  }
  if (properties.flag("GenerateSecret")) client.clientSecret = resource.attribute("ClientSecret")
  return client
}

const secondsPerUnit = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const
const units = ["seconds", "minutes", "hours", "days"] as const

/** AWS: without settings, access and ID tokens are valid for an hour, refresh tokens for 30 days (cognito-validity) */
function readValidity(properties: Properties): TokenValidity {
  const given = properties.object("TokenValidityUnits")
  const seconds = (token: string, defaultUnit: (typeof units)[number], defaultValue: number) =>
    (properties.number(`${token}Validity`) ?? defaultValue) * secondsPerUnit[given?.oneOf(token, units) ?? defaultUnit]
  const refreshToken = seconds("RefreshToken", "days", 30)
  return {
    accessToken: seconds("AccessToken", "hours", 1),
    idToken: seconds("IdToken", "hours", 1),
    // AWS: 0 means the default of 30 days (cognito-validity)
    refreshToken: refreshToken === 0 ? 30 * secondsPerUnit.days : refreshToken,
  }
}
