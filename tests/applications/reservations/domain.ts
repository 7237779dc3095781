// A domain name with its certificate and its records.
import { DomainName } from "aws-cdk-lib/aws-apigatewayv2"
import { Certificate, CertificateValidation } from "aws-cdk-lib/aws-certificatemanager"
import { AaaaRecord, ARecord, type IHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53"
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets"
import { Construct } from "constructs"

export class Domain extends Construct {
  readonly name: DomainName

  constructor(scope: Construct, id: string, { zone, label }: { zone: IHostedZone; label: string }) {
    super(scope, id)
    const domainName = `${label}.${zone.zoneName}`
    const certificate = new Certificate(this, "Certificate", {
      domainName,
      validation: CertificateValidation.fromDns(zone),
    })
    this.name = new DomainName(this, "Name", { domainName, certificate })
    const { regionalDomainName, regionalHostedZoneId } = this.name
    const target = RecordTarget.fromAlias(new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId))
    new ARecord(this, "Record", { zone, recordName: label, target })
    new AaaaRecord(this, "Record6", { zone, recordName: label, target })
  }
}
