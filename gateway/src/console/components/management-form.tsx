// Calls the management API for a connection, as the administrator or as a role of the template.
import { useEffect, useState } from "preact/hooks"
import { getJson, type ManagementResult, type OpenConnection, postJson } from "../state/api.ts"
import type { Deployment } from "../state/deployment.ts"

const methods = ["POST", "GET", "DELETE"] as const

export function ManagementForm({
  connection,
}: {
  connection: Pick<OpenConnection, "apiId" | "stageName" | "connectionId">
}) {
  const [method, setMethod] = useState<string>("POST")
  const [role, setRole] = useState("")
  const [roles, setRoles] = useState<string[]>([])
  const [text, setText] = useState('{ "hello": "from the console" }')
  const [result, setResult] = useState<ManagementResult | undefined>(undefined)
  const [problem, setProblem] = useState("")

  useEffect(() => {
    getJson<Deployment>("/deployment").then(
      (deployment) => setRoles(deployment.roles.map(({ logicalId }) => logicalId)),
      (error: Error) => setProblem(error.message),
    )
  }, [])

  async function call(): Promise<void> {
    const { apiId, stageName, connectionId } = connection
    setProblem("")
    try {
      setResult(
        await postJson("/management", {
          apiId,
          stageName,
          connectionId,
          method,
          role,
          text: method === "POST" ? text : "",
        }),
      )
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }

  return (
    <form
      class="form management"
      onSubmit={(event) => {
        event.preventDefault()
        void call()
      }}
    >
      <h3>Call @connections</h3>
      <div class="buttons">
        <select aria-label="Method" value={method} onChange={({ currentTarget }) => setMethod(currentTarget.value)}>
          {methods.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <select aria-label="Call as" value={role} onChange={({ currentTarget }) => setRole(currentTarget.value)}>
          <option value="">administrator</option>
          {roles.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <button type="submit" class="primary">
          {method}
        </button>
      </div>
      {method === "POST" && (
        <textarea
          rows={2}
          aria-label="Payload"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      )}
      {result && (
        <p class={result.status >= 400 ? "failure" : "success"} role="status">
          {result.status} {result.errorType} {result.message} {result.body}
        </p>
      )}
      {problem !== "" && <p class="failure">{problem}</p>}
    </form>
  )
}
