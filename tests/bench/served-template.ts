// The templates that the gateway serves for the rows, by the arguments of its program.
import { manageConnections, webSocketTemplate } from "../testing/template.ts"
import { acceptHandler, allowHandler, echoByTemplates, echoHandler, identifyHandler } from "./dialogue.ts"

export type TemplateName = "with-authorizer" | "without-connect" | "with-templates" | "with-identify" | "with-http"

/** @returns a template as JSON text, whose output `Url` is the address of its API */
export function servedTemplate(name: TemplateName | undefined): string {
  switch (name) {
    case undefined:
      return webSocketTemplate({ routes: { $connect, echo } })
    case "with-authorizer":
      return webSocketTemplate({
        routes: { $connect: { ...$connect, authorization: "CUSTOM" }, echo },
        authorizer: { code: allowHandler, identitySource: ["route.request.querystring.ticket"] },
      })
    case "without-connect":
      return webSocketTemplate({ routes: { echo } })
    case "with-templates":
      return webSocketTemplate({ routes: { $connect }, resources: echoByTemplates })
    case "with-identify":
      return webSocketTemplate({
        routes: { $connect, echo, identify: { code: identifyHandler, twoWay: true } },
        statements: [manageConnections],
      })
    case "with-http":
      return httpTemplate(echoHandler)
  }
}

const $connect = { code: acceptHandler }
const echo = { code: echoHandler, twoWay: true }

/** `POST /echo` of an HTTP API. */
function httpTemplate(code: string): string {
  return JSON.stringify({
    Transform: "AWS::Serverless-2016-10-31",
    Resources: {
      Echo: {
        Type: "AWS::Serverless::Function",
        Properties: {
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          InlineCode: code,
          Events: { Post: { Type: "HttpApi", Properties: { Method: "POST", Path: "/echo" } } },
        },
      },
    },
    Outputs: {
      Url: {
        Value: { "Fn::Sub": "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/echo" },
      },
    },
  })
}
