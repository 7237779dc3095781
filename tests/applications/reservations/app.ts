// A CDK app whose APIs are reached by domain names only, and whose tables are filled by custom resources.
import { App } from "aws-cdk-lib"
import { ReservationsStack } from "./reservations-stack.ts"

new ReservationsStack(new App(), "Reservations", { env: { account: "123456789012", region: "eu-west-1" } })
