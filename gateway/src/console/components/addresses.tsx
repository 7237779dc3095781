// Function URLs and custom domain names of the deployment, with their local addresses.
import type { ComponentChildren } from "preact"
import type { CustomDomain, FunctionUrl } from "../state/deployment.ts"
import { Origin } from "./origin.tsx"

export function FunctionUrls({ urls }: { urls: readonly FunctionUrl[] }) {
  return (
    <Table label="Function URLs" columns={["Function", "Local address", "Authorization", "CORS"]}>
      {urls.map((one) => (
        <tr key={one.logicalId}>
          <th scope="row">{one.functionId}</th>
          <td>
            <code>{one.url ?? "not served"}</code>
          </td>
          <td>
            {one.authType === "AWS_IAM" ? "AWS_IAM, signed requests" : permissionText(one)}
            {one.permittedBy.map(({ logicalId, principal }) => (
              <div key={logicalId}>
                {logicalId} permits {principal === "*" ? "everyone" : principal}
              </div>
            ))}
          </td>
          <td>{one.allowedOrigins.join(", ") || "none"}</td>
          <td>
            <Origin {...one} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** A URL without authorization still needs a permission of its function. */
function permissionText({ permittedBy }: FunctionUrl): string {
  return permittedBy.length > 0 ? "NONE" : "NONE, but no permission: every request is rejected with 403"
}

export function CustomDomains({ domains }: { domains: readonly CustomDomain[] }) {
  return (
    <Table label="Custom domain names" columns={["Domain and path", "API and stage", "Local address"]}>
      {domains.flatMap(({ domainName, logicalId, mappings }) =>
        mappings.map((one) => (
          <tr key={`${logicalId} ${one.key}`}>
            <th scope="row">
              {domainName}/{one.key}
            </th>
            <td>
              {one.api}, {one.stageName === undefined ? "the stage is the next segment" : `stage ${one.stageName}`}
            </td>
            <td>
              <code>{one.url ?? "not served"}</code>
            </td>
            <td>
              <Origin {...one} />
            </td>
          </tr>
        )),
      )}
    </Table>
  )
}

type TableProps = { label: string; columns: readonly string[]; children: ComponentChildren }

function Table({ label, columns, children }: TableProps) {
  return (
    <div class="table">
      <table aria-label={label}>
        <thead>
          <tr>
            {[...columns, "Logical id and CDK path"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
