// Asks for the file of a document again, which a reload of the page has forgotten.
import { useRef } from "react"
import { Button } from "react-aria-components"
import { acceptedFiles } from "./accepted-files.ts"

type ChooseFileButtonProps = { name: string; acceptsImages: boolean; onFile: (file: File) => void }

export function ChooseFileButton({ name, acceptsImages, onFile }: ChooseFileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button className="button button-small" onPress={() => input.current?.click()}>
        Choose file
        <span className="visually-hidden"> of {name}</span>
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={acceptedFiles(acceptsImages)}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? []
          // The same file can be chosen again.
          currentTarget.value = ""
          if (file) onFile(file)
        }}
      />
    </>
  )
}
