// The modules `cfn-response` and `cfnresponse`, which CloudFormation adds to inline code: they send the response of a custom
// resource to its ResponseURL.
// AWS: inline code that imports the module has it (custom-resource-cfn-response)
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runtimeFamily } from "../definition/runtime-family.ts"

const nodeModule = `const https = require("node:https")

exports.SUCCESS = "SUCCESS"
exports.FAILED = "FAILED"

exports.send = (event, context, responseStatus, responseData, physicalResourceId, noEcho) => {
  const body = JSON.stringify({
    Status: responseStatus,
    Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData,
  })
  const headers = { "content-type": "", "content-length": Buffer.byteLength(body) }
  return new Promise((resolve) => {
    const end = () => {
      if (typeof context.done === "function") context.done()
      resolve()
    }
    const request = https.request(event.ResponseURL, { method: "PUT", headers }, (response) => response.resume().on("end", end))
    request.on("error", (error) => {
      console.log("cfn-response could not send the response:", error)
      end()
    })
    request.end(body)
  })
}
`

const pythonModule = `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"content-type": ""})
    try:
        urllib.request.urlopen(request).close()
    except Exception as error:
        print("cfnresponse could not send the response:", error)
`

/** @param source the inline code of a function in `folder` */
export function addResponseModule(folder: string, runtime: string, source: string): void {
  if (runtimeFamily(runtime) === "python") {
    if (/^\s*import cfnresponse\b/m.test(source)) writeFileSync(join(folder, "cfnresponse.py"), pythonModule)
  } else if (/["']cfn-response["']/.test(source)) {
    const modules = join(folder, "node_modules", "cfn-response")
    mkdirSync(modules, { recursive: true })
    writeFileSync(join(modules, "index.js"), nodeModule)
  }
}
