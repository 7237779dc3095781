// The messages between the load generator and the servers. The floor and the function send the same bytes.

export const message = JSON.stringify({
  action: "echo",
  id: 1234567,
  text: "a message of about the usual size ".repeat(3),
})

/** The response of the floor. */
export function responseTo(text: string): string {
  const { id, text: received } = JSON.parse(text)
  return JSON.stringify({ status: "echo", id, text: received })
}

/** A Lambda function with the same response. */
export const echoHandler = `export const handler = async (event) => {
  const { id, text } = JSON.parse(event.body)
  return { statusCode: 200, body: JSON.stringify({ status: "echo", id, text }) }
}`

export const acceptHandler = "export const handler = async () => ({ statusCode: 200 })"
