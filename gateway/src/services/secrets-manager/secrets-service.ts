// The operations of Secrets Manager that read secrets.
import type { SecretDefinition } from "../../definition/configuration.ts"
import type { NeededPermission } from "../../definition/permission.ts"
import { createJsonService, type JsonInput, requiredText } from "../local/json-service.ts"
import { type LocalService, ServiceError } from "../local/local-service.ts"

export type SecretsServiceOptions = {
  secrets(): readonly SecretDefinition[]
  /** Values of `--parameters` by name: they replace those of the template. */
  values: ReadonlyMap<string, string>
  /** The ARN of a secret that is not in the template. */
  arnOf(secretName: string): string
  /** When the gateway was started, in milliseconds since the epoch. */
  startedAt: number
}

type Secret = { Name: string; ARN: string; SecretString: string }

export function createSecretsService(options: SecretsServiceOptions): LocalService {
  const { arnOf, values, startedAt } = options

  function all(): Secret[] {
    const ofTemplate = options.secrets().map(({ secretName: Name, arn: ARN, secretString }) => ({
      Name,
      ARN,
      SecretString: values.get(Name) ?? secretString,
    }))
    const names = new Set(ofTemplate.map(({ Name }) => Name))
    const others = [...values].filter(([name]) => !names.has(name))
    return [...ofTemplate, ...others.map(([Name, SecretString]) => ({ Name, ARN: arnOf(Name), SecretString }))]
  }

  /** AWS: a secret is named by its name, its ARN, or its ARN without the six characters (secrets-names) */
  function find(reference: string): Secret | undefined {
    return all().find(({ Name, ARN }) => [Name, ARN, ARN.replace(/-[^-]{6}$/, "")].includes(reference))
  }

  function getSecretValue(input: JsonInput): object {
    const secret = find(requiredText(input, "SecretId"))
    const stage = input.VersionStage ?? "AWSCURRENT"
    if (!secret || stage !== "AWSCURRENT") {
      // AWS: the text of a secret that does not exist (secrets-missing)
      const what = secret ? `secret value for staging label: ${String(stage)}` : "specified secret."
      throw new ServiceError("ResourceNotFoundException", `Secrets Manager can't find the ${what}`)
    }
    return {
      ...secret,
      CreatedDate: startedAt / 1000,
      VersionId: "00000000-0000-4000-8000-000000000001",
      VersionStages: ["AWSCURRENT"],
    }
  }

  /** AWS: each secret needs the permission to read its value (secrets-batch) */
  function batchGetSecretValue({ SecretIdList }: JsonInput): object {
    const ids = Array.isArray(SecretIdList) ? SecretIdList.map(String) : []
    if (ids.length === 0)
      throw new ServiceError("InvalidParameterException", "SecretIdList must have a member. Filters are not served.")
    const found = ids.map((SecretId) => ({ SecretId, secret: find(SecretId) }))
    return {
      SecretValues: found.flatMap(({ SecretId, secret }) => (secret ? getSecretValue({ SecretId }) : [])),
      Errors: found.flatMap(({ SecretId, secret }) =>
        secret
          ? []
          : {
              SecretId,
              ErrorCode: "ResourceNotFoundException",
              Message: "Secrets Manager can't find the specified secret.",
            },
      ),
    }
  }

  const needs = (id: unknown): NeededPermission[] =>
    typeof id === "string"
      ? [
          {
            action: "secretsmanager:GetSecretValue",
            resource: find(id)?.ARN ?? (id.startsWith("arn:") ? id : arnOf(id)),
          },
        ]
      : []

  return createJsonService({
    name: "secretsmanager",
    target: "secretsmanager",
    operations: new Map([
      ["GetSecretValue", { permissions: ({ SecretId }) => needs(SecretId), run: getSecretValue }],
      [
        "BatchGetSecretValue",
        {
          permissions: ({ SecretIdList }) => [
            { action: "secretsmanager:BatchGetSecretValue", resource: "*" },
            ...(Array.isArray(SecretIdList) ? SecretIdList.flatMap(needs) : []),
          ],
          run: batchGetSecretValue,
        },
      ],
    ]),
  })
}
