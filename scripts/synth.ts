// `npm run synth`: writes cdk.out and checks it against CloudFormation's rules; no account, no network, no Docker.
import { synthesize } from "@document-insight/infrastructure"
import { buildPage } from "./build-page.ts"
import { failWith, readContextFlags } from "./context-flags.ts"

const usage = `Usage: npm run synth -- [--env NAME] [-c key=value]... [--output DIR]

  --env NAME      an environment of cdk.json (default: the one it names)
  -c key=value    a setting of infrastructure/src/config.ts, over cdk.json's
  --output DIR    where the cloud assembly goes (default: cdk.out)`

try {
  const { envName, context, output, help } = readContextFlags(process.argv.slice(2))
  if (help) {
    console.log(usage)
  } else {
    await buildPage()
    const report = await synthesize({ outdir: output, context, validate: true, ...(envName && { envName }) })
    if (report) process.stderr.write(`${report}\n`)
    process.stderr.write(`Wrote ${output}\n`)
  }
} catch (error) {
  failWith(error, "`npm run synth -- --help` lists the options; infrastructure/src/config.ts lists the settings.")
}
