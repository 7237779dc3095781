// The stack of sign-in: the Cognito user pool and its hosted pages. It exists only with `sign_in: "cognito"`.
import { Aws, RemovalPolicy, Validations } from "aws-cdk-lib"
import { AccountRecovery, Mfa, UserPool, type UserPoolDomain } from "aws-cdk-lib/aws-cognito"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"

export class SignInStack extends BaseDocumentInsightStack {
  readonly userPool: UserPool
  readonly #domain: UserPoolDomain

  constructor(scope: Construct, props: DocumentInsightStackProps) {
    super(scope, "sign-in", props, "Sign-in: the user pool and its hosted pages")
    const isKept = this.config.data_removal === "retain"
    this.userPool = new UserPool(this, "UserPool", {
      userPoolName: this.resourceName("users"),
      signInAliases: { email: true },
      signInCaseSensitive: false,
      selfSignUpEnabled: this.config.self_sign_up,
      autoVerify: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      removalPolicy: isKept ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    })
    Validations.of(this.userPool).acknowledge({
      id: "AwsSolutions-COG8",
      reason: "The Plus plan is billed per user. The second factor that every user needs is in every plan.",
    })
    this.#domain = this.userPool.addDomain("Domain", {
      // Unique in the region, among all accounts.
      cognitoDomain: { domainPrefix: this.resourceName(Aws.ACCOUNT_ID) },
    })
    this.addStackOutput("UserPoolId", this.userPool.userPoolId, "The user pool")
    this.addStackOutput("SignInUrl", this.baseUrl, "The hosted sign-in")
  }

  /** `https://{prefix}.auth.{region}.amazoncognito.com`: the hosted pages and the token endpoint. */
  get baseUrl(): string {
    return `https://${this.#domain.domainName}.auth.${Aws.REGION}.amazoncognito.com`
  }

  /** The issuer of the tokens, as in their claim `iss`. */
  get issuer(): string {
    return `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${this.userPool.userPoolId}`
  }
}
