// Recognizes failures of a CDK app that a new user can fix with one command, by what the app printed.

export type SynthesisFailure = { message: string; hint: string }

/** @returns undefined for any other failure, whose output explains it best */
export function explainSynthesisFailure(output: string, folder: string): SynthesisFailure | undefined {
  const [, missing] = /Cannot find (?:package|module) '(aws-cdk-lib|constructs)[/']/.exec(output) ?? []
  if (missing !== undefined) {
    const message = `The CDK app needs the package ${missing}, which is not installed.`
    return { message, hint: `Run "npm install" in ${folder}.` }
  }
  const [, runner] = /npx canceled due to missing packages and no YES option: \["(.[^"@]*)/.exec(output) ?? []
  if (runner !== undefined) {
    const message = `The "app" of cdk.json runs ${runner}, which is not installed.`
    return { message, hint: `Run "npm install" in ${folder}, or "npm install --save-dev ${runner}".` }
  }
  const [, module] = /ModuleNotFoundError: No module named '(aws_cdk|constructs)[.']/.exec(output) ?? []
  if (module !== undefined) {
    const message = `The CDK app needs the Python module ${module}, which is not installed.`
    const hint = `Activate the virtual environment of the app, or run "pip install -r requirements.txt" in ${folder}.`
    return { message, hint }
  }
  if (!dockerFailures.some((pattern) => pattern.test(output))) return undefined
  // The construct falls back to Docker when it does not find esbuild.
  if (output.includes("aws-lambda-nodejs")) {
    const message =
      "The CDK app bundles functions (NodejsFunction), but esbuild is not installed, and Docker does not run."
    return { message, hint: `Run "npm install --save-dev esbuild" in ${folder}.` }
  }
  const message = "The CDK app builds an asset in Docker, which does not run on this machine."
  const hint = "Start Docker for the start of the gateway, or give the asset a local bundling (ILocalBundling)."
  return { message, hint }
}

/** Docker is not installed; it failed; its daemon does not run. CDK_DOCKER can name another program. */
const dockerFailures = [
  /spawnSync \S*(docker|finch|podman|nerdctl) ENOENT/,
  /Cannot connect to the Docker daemon/,
  /permission denied while trying to connect to the Docker daemon/,
]
