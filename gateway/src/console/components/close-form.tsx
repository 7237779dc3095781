// Closes with a chosen code and reason.
import { useState } from "preact/hooks"

const codes: readonly (readonly [number, string])[] = [
  [1000, "1000 normal"],
  [1001, "1001 going away"],
  [1008, "1008 policy violation"],
  [1011, "1011 internal error"],
  [1012, "1012 service restart"],
  [4000, "4000 application"],
]

export function CloseForm({ label, onClose }: { label: string; onClose(code: number, reason: string): Promise<void> }) {
  const [code, setCode] = useState(1001)
  const [reason, setReason] = useState("")
  const [problem, setProblem] = useState("")
  return (
    <form
      class="close-form"
      onSubmit={(event) => {
        event.preventDefault()
        onClose(code, reason).then(
          () => setProblem(""),
          (error: Error) => setProblem(error.message),
        )
      }}
    >
      <select
        aria-label="Close code"
        value={code}
        onChange={({ currentTarget }) => setCode(Number(currentTarget.value))}
      >
        {codes.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <input
        aria-label="Close reason"
        placeholder="Reason"
        value={reason}
        onInput={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <button type="submit" class="danger">
        {label}
      </button>
      {problem !== "" && <p class="failure">{problem}</p>}
    </form>
  )
}
