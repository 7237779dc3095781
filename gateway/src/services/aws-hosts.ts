// The host names that services have on AWS, and the loopback ports that they lead to here.
import type { DataService } from "../definition/permission.ts"
import { localEndpointNames } from "./local/local-services.ts"

type Place = { region: string; urlSuffix: string }

/** The id of Cognito user pools in the AWS SDK. */
export const COGNITO = "cognito-identity-provider"

/** Loopback ports by the host names of AWS. */
export function localHosts(
  options: Place,
  endpoints: Readonly<Record<string, string | undefined>>,
): Record<string, number> {
  const hosts: Record<string, number> = {}
  for (const service of ["dynamodb", "s3", "sqs", ...localEndpointNames.keys()] as const) {
    const url = new Map(Object.entries(endpoints)).get(endpointName(service))
    if (url === undefined) continue
    const { hostname, port } = new URL(url)
    if (hostname !== "127.0.0.1") continue
    const host = awsHost(options, service)
    hosts[host] = Number(port)
    if (service === "dynamodb") hosts[`streams.${host}`] = Number(port)
    if (service === "s3") {
      hosts[`*.${host}`] = Number(port)
      // AWS: older SDKs use the host without a region in us-east-1 (s3-global-host)
      const global = globalS3Host(options)
      if (global !== undefined) for (const name of [global, `*.${global}`]) hosts[name] = Number(port)
    }
    if (service === "kinesis") {
      // AWS: a client that names a stream by its ARN uses a host with the account (kinesis-account-host)
      for (const kind of ["control", "data"]) hosts[`*.${kind}-${host}`] = Number(port)
    }
    if (service === "states") hosts[`sync-${host}`] = Number(port)
  }
  const { [COGNITO]: chosen } = endpoints
  // A user pool on this machine that was chosen instead of the stand-in.
  if (chosen !== undefined && isLoopbackHttp(chosen)) {
    hosts[`cognito-idp.${options.region}.${options.urlSuffix}`] = Number(new URL(chosen).port || 80)
  }
  return hosts
}

/** The host of S3 that leads to us-east-1; undefined for a gateway in another region. */
export function globalS3Host({ region, urlSuffix }: Place): string | undefined {
  return region === "us-east-1" ? `s3.${urlSuffix}` : undefined
}

/** The name of a service in `AWS_ENDPOINT_URL_<SERVICE>`, by its name in host names. */
export function endpointName(service: string): string {
  return new Map<string, string>(localEndpointNames).get(service) ?? service
}

function isLoopbackHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === "http:" && (hostname === "localhost" || hostname === "127.0.0.1")
}

export function awsHost({ region, urlSuffix }: Place, service: DataService): string {
  return `${service}.${region}.${urlSuffix}`
}
