// The process of the stand-in for S3 and SQS.
import { loadOptional } from "../optional-packages.ts"
import { runStandIn } from "../stand-in/run-stand-in.ts"

const need = { what: "S3 buckets and SQS queues", packages: ["fauxqs@2"] }

void runStandIn(async (settings) => {
  const { startS3AndSqs } = await loadOptional(() => import("./stand-in.ts"), need)
  return startS3AndSqs(settings)
})
