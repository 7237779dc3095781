// Shown instead of the page when its configuration cannot be loaded.
import { Button } from "react-aria-components"

export function ConfigurationError({ message }: { message: string }) {
  return (
    <main className="configuration-error">
      <h1>Document Insight cannot start</h1>
      <p role="alert">{message}</p>
      <Button className="button" onPress={() => location.reload()}>
        Reload
      </Button>
    </main>
  )
}
