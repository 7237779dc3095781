// The configuration of the page at run time.

/** The content of `config.json`, which the page reads when it starts, so that one build serves every environment. */
export type PageConfig = {
  webSocketUrl: string
  apiEndpoint: string
  envName: string
  /** Whether text in images is recognized. */
  acceptsImages: boolean
  /** Null without sign-in. */
  signIn: PageSignIn | null
}

/** `url`: the hosted pages and the token endpoint of the user pool. */
export type PageSignIn = { url: string; clientId: string }
