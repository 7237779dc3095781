// Allows the tokens that name a user of a customer: `ada@engines`. A context has texts, numbers and booleans.
exports.handler = async ({ queryStringParameters: { token }, methodArn }) => {
  const [user, customer] = token.split("@")
  if (user === "mallory") throw new Error("Unauthorized")
  const premium = process.env.PLAN === "premium"
  return {
    principalId: user,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: customer ? "Allow" : "Deny", Action: "execute-api:Invoke", Resource: methodArn }],
    },
    context: { customer, premium, priority: premium ? 1 : 3 },
  }
}
