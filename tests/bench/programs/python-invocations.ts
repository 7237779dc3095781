// Invokes a trivial function in Python, and the same function for Node.js as the floor.
import { defineFunction } from "../../../gateway/src/lambda/testing/lambda-under-test.ts"
import { definePython } from "../../../gateway/src/lambda/testing/python-under-test.ts"
import { createBenchLambda, invokeOnce, rateOver } from "../invocation-rate.ts"
import { serveRequests } from "../program.ts"

const lambda = createBenchLambda()
const node = defineFunction("export const handler = async () => ({ statusCode: 200 })", { functionName: "node" })
const python = definePython("def handler(event, context):\n    return {'statusCode': 200}", { functionName: "python" })
lambda.deploy([node, python])

serveRequests(
  {
    floor: ({ ms }: { ms: number }) => rateOver(ms, () => invokeOnce(lambda, node.arn)),
    ours: ({ ms }: { ms: number }) => rateOver(ms, () => invokeOnce(lambda, python.arn)),
  },
  () => lambda.close(),
)
