// Tells of resources that a person would expect to work and that are not served here.
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"

const reasons: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::RestApi": "REST APIs are not served; WebSocket and HTTP APIs are.",
  "AWS::ApiGatewayV2::DomainName": "Custom domain names are not served; use the stage's own address.",
  "AWS::AppSync::GraphQLApi": "AppSync is not served.",
  "AWS::Events::Rule": "Rules of EventBridge do not run, schedules neither.",
  "AWS::Lambda::Url": "Function URLs are not served.",
  "AWS::Scheduler::Schedule": "Schedules do not run.",
  "AWS::StepFunctions::StateMachine": "There is no stand-in for Step Functions.",
}

export function noticeUnserved(template: ResolvedTemplate): void {
  for (const resource of template.all()) {
    const reason = reasons[resource.type]
    if (reason !== undefined) resource.notice(reason)
  }
}
