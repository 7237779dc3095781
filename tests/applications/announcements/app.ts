// A CDK app of two stacks: the second one pushes to the connections of the WebSocket API of the first.
import { App } from "aws-cdk-lib"
import { AnnounceStack } from "./announce-stack.ts"
import { LiveStack } from "./live-stack.ts"

const app = new App()
const live = new LiveStack(app, "Live")
new AnnounceStack(app, "Announce", { live })
