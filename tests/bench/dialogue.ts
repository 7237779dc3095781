// What load generator and servers say to each other. The floor and the function answer with the same bytes.

export const message = JSON.stringify({
  action: "echo",
  id: 1234567,
  text: "a message of about the usual size ".repeat(3),
})

/** The floor's answer. */
export function answerTo(text: string): string {
  const { id, text: said } = JSON.parse(text)
  return JSON.stringify({ status: "echo", id, text: said })
}

/** The same as a Lambda function. */
export const echoHandler = `export const handler = async (event) => {
  const { id, text } = JSON.parse(event.body)
  return { statusCode: 200, body: JSON.stringify({ status: "echo", id, text }) }
}`

export const acceptHandler = "export const handler = async () => ({ statusCode: 200 })"
