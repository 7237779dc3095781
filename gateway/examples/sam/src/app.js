// Answers `ping` with the id of the connection, and accepts every connection.
exports.handler = async ({ requestContext: { routeKey, connectionId } }) => {
  if (routeKey === "$connect") return { statusCode: 200 }
  return { statusCode: 200, body: JSON.stringify({ pong: connectionId }) }
}
