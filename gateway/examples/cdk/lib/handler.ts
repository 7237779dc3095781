// The handler of every route: sends the message back.
type Event = { body: string; requestContext: { connectionId: string; domainName: string; stage: string } }

/** Answers with the message it received. */
export async function handler({ body }: Event): Promise<{ statusCode: number; body: string }> {
  return { statusCode: 200, body }
}
