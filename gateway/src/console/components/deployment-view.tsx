// What is deployed: APIs with their routes, functions, roles with their grants, and what is not served and why.
import type { ComponentChildren } from "preact"
import { useEffect, useState } from "preact/hooks"
import { getJson } from "../state/api.ts"
import type { Api, DeployedFunction, Deployment, Route } from "../state/deployment.ts"
import type { Store } from "../state/store.ts"
import { CustomDomains, FunctionUrls } from "./addresses.tsx"
import { Origin } from "./origin.tsx"
import { RoleGrants } from "./role-grants.tsx"
import { useStore } from "./use-store.ts"

export function DeploymentView({ store }: { store: Store }) {
  const { served } = useStore(store)
  const [deployment, setDeployment] = useState<Deployment | undefined>(undefined)
  const [problem, setProblem] = useState("")
  useEffect(() => {
    getJson<Deployment>("/deployment").then(setDeployment, (error: Error) => setProblem(error.message))
  }, [served])
  if (problem !== "") return <p class="failure">{problem}</p>
  if (!deployment) return <p class="hint">Reading the deployment…</p>
  const { apis, functionUrls, customDomains, functions, roles, notServed } = deployment
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll it.
    <section class="deployed" tabIndex={0} aria-label="Deployment">
      {notServed.length > 0 && (
        <Section title="Not served">
          <ul class="not-served">
            {notServed.map(({ logicalId, type, message }) => (
              <li key={logicalId + message}>
                <b>{logicalId}</b> <small>{type}</small>
                <p>{message}</p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {apis.map((api) => (
        <ApiSection
          key={api.apiId}
          api={api}
          urls={deployment.stages.filter(({ apiId }) => apiId === api.apiId).map(({ url }) => url)}
        />
      ))}
      {functionUrls.length > 0 && (
        <Section title="Function URLs">
          <FunctionUrls urls={functionUrls} />
        </Section>
      )}
      {customDomains.length > 0 && (
        <Section title="Custom domain names">
          <CustomDomains domains={customDomains} />
        </Section>
      )}
      <Section title="Functions">
        <div class="cards">
          {functions.map((one) => (
            <FunctionCard key={one.functionName} one={one} />
          ))}
        </div>
      </Section>
      <Section title="Roles and grants">
        <div class="cards wide">
          {roles.map((role) => (
            <RoleGrants key={role.arn} role={role} deployment={deployment} store={store} />
          ))}
        </div>
      </Section>
      <Stores deployment={deployment} />
      <Section title="Outputs">
        <dl class="facts">
          {Object.entries(deployment.outputs).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </section>
  )
}

function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function ApiSection({ api, urls }: { api: Api; urls: readonly string[] }) {
  return (
    <Section title={`${api.protocol === "WEBSOCKET" ? "WebSocket" : api.protocol} API ${api.logicalId}`}>
      <p class="api-head">
        <Origin {...api} />
        {urls.map((url) => (
          <code key={url}>{url}</code>
        ))}
        {api.routeSelectionExpression !== undefined && (
          <>
            {" "}
            selects routes by <code>{api.routeSelectionExpression}</code>
          </>
        )}
      </p>
      {api.stages.map((stage) => (
        <div key={stage.stageName} class="table">
          <table>
            <caption>
              Stage {stage.stageName}
              {stage.throttle.rate !== undefined &&
                `, ${stage.throttle.rate} requests/s, burst ${stage.throttle.burst ?? "of the account"}`}
            </caption>
            <thead>
              <tr>
                {["Route", "Authorization", "Integration", "Timeout", "Response", "Logical id and CDK path"].map(
                  (name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {stage.routes.map((route) => (
                <RouteRow key={route.routeKey} route={route} />
              ))}
            </tbody>
          </table>
        </div>
      ))}
      {api.authorizers.map((one) => (
        <p key={one.logicalId}>
          Authorizer <b>{one.logicalId}</b>{" "}
          {one.issuer === undefined ? `runs ${one.functionId}` : `accepts tokens of ${one.issuer}`}
          {one.identitySource.length > 0 && ` for ${one.identitySource.join(", ")}`} <Origin {...one} />
        </p>
      ))}
    </Section>
  )
}

function RouteRow({ route }: { route: Route }) {
  const { integration } = route
  return (
    <tr>
      <th scope="row">{route.routeKey}</th>
      <td>
        {route.authorizer ?? route.authorization}
        {route.apiKeyRequired && ", API key"}
      </td>
      <td>
        {integration ? `${integration.type} ${integration.functionId ?? integration.uri ?? ""}` : "none"}
        {integration?.role !== undefined && ` as ${integration.role}`}
      </td>
      <td>{integration ? `${integration.timeoutMs / 1000} s` : ""}</td>
      <td>{route.returnsResponse ? "two-way" : "one-way"}</td>
      <td>
        <Origin {...route} />
      </td>
    </tr>
  )
}

function FunctionCard({ one }: { one: DeployedFunction }) {
  return (
    <article class="card">
      <h3>{one.logicalId}</h3>
      <Origin {...one} />
      <p>
        {one.runtime}, <code>{one.handler}</code>, {one.timeoutMs / 1000} s, {one.memoryMb} MB, {one.logFormat} logs
        {one.reservedConcurrency !== undefined && `, ${one.reservedConcurrency} reserved`}
      </p>
      <p>
        Uses the role <b>{one.role}</b>
      </p>
      {one.variables.length > 0 && <p>Variables {one.variables.join(", ")}</p>}
      {one.invokedBy.map(({ logicalId, principal, sourceArn }) => (
        <p key={logicalId}>
          {principal === "*" ? "Everyone" : principal} may invoke it
          {sourceArn !== undefined && (
            <>
              {" "}
              from <code>{sourceArn.split(":").at(-1)}</code>
            </>
          )}
        </p>
      ))}
    </article>
  )
}

function Stores({ deployment: { tables, buckets, queues, eventSources } }: { deployment: Deployment }) {
  const lists = [
    ["Tables", tables.map((one) => [one, one.name] as const)],
    ["Buckets", buckets.map((one) => [one, one.name] as const)],
    ["Queues", queues.map((one) => [one, one.name] as const)],
    [
      "Event sources",
      eventSources.map((one) => [one, `${one.queue} to ${one.functionId}, ${one.batchSize} at a time`] as const),
    ],
  ] as const
  return (
    <>
      {lists
        .filter(([, items]) => items.length > 0)
        .map(([title, items]) => (
          <Section key={title} title={title}>
            <ul>
              {items.map(([one, text]) => (
                <li key={one.logicalId}>
                  {text} <Origin {...one} />
                </li>
              ))}
            </ul>
          </Section>
        ))}
    </>
  )
}
