// The names that the stacks share with the deployment's commands, which do not load CDK.

/** The first part of every stack's and every resource's name. */
export const projectName = "document-insight"

/** Without an environment in its name, because the setting is shared by all environments of an account. */
export const apiGatewayAccountStackName = `${projectName}-api-gateway-account`
