// Asks for the password of a document that is protected by one, and has it read with it.
import { useEffect, useRef, useState } from "react"
import { Button } from "react-aria-components"
import { messageOf } from "../documents/message-of.ts"

type PasswordFormProps = {
  name: string
  /** Takes the focus, which was lost when the form before disappeared. */
  isRepeated: boolean
  /** Rejects with a `DocumentError` when the document is not read again. */
  onUnlock: (password: string) => Promise<void>
}

export function PasswordForm({ name, isRepeated, onUnlock }: PasswordFormProps) {
  const input = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState("")
  const [isSending, setIsSending] = useState(false)
  const [problem, setProblem] = useState<string>()

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the form appears
  useEffect(() => {
    if (isRepeated && document.activeElement === document.body) input.current?.focus()
  }, [])

  const send = async () => {
    setIsSending(true)
    setProblem(undefined)
    try {
      await onUnlock(password)
      setPassword("")
    } catch (error) {
      setProblem(messageOf(error))
    } finally {
      setIsSending(false)
    }
  }

  return (
    <form
      className="password-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (password !== "") void send()
      }}
    >
      <input
        ref={input}
        type="password"
        className="search"
        aria-label={`Password of ${name}`}
        placeholder="Password"
        // It belongs to the document, and not to this page: it is not offered to be kept.
        autoComplete="off"
        maxLength={256}
        value={password}
        onChange={({ currentTarget }) => setPassword(currentTarget.value)}
      />
      <Button type="submit" className="button button-small" isDisabled={isSending || password === ""}>
        Read document
      </Button>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  )
}
