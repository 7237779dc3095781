// What is shown instead of the page when it cannot know where its APIs are.
import { Button } from "react-aria-components"

export function SettingsProblem({ sentence }: { sentence: string }) {
  return (
    <main className="settings-problem">
      <h1>Document Insight cannot start</h1>
      <p role="alert">{sentence}</p>
      <Button className="button" onPress={() => location.reload()}>
        Reload
      </Button>
    </main>
  )
}
