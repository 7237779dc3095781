// A function URL and a custom domain name of the HTTP API for the console's world.

export const withAddresses = {
  Address: { Type: "AWS::Lambda::Url", Properties: { TargetFunctionArn: { Ref: "HttpFunction" }, AuthType: "NONE" } },
  AddressPermission: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunctionUrl",
      FunctionName: { Ref: "HttpFunction" },
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    },
  },
  Domain: { Type: "AWS::ApiGatewayV2::DomainName", Properties: { DomainName: "shop.example.com" } },
  Mapping: {
    Type: "AWS::ApiGatewayV2::ApiMapping",
    Properties: {
      DomainName: { Ref: "Domain" },
      ApiId: { Ref: "Http" },
      Stage: { Ref: "HttpStage" },
      ApiMappingKey: "v1",
    },
  },
}
