// AWS credentials as a signer uses them.

/** `sessionToken` is set for temporary credentials of a role. */
export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

export type SessionCredentials = Credentials & { sessionToken: string }
