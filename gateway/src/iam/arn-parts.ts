// Reads the region and the account of an ARN.

export function regionIn(arn: string): string {
  return arn.split(":")[3] ?? ""
}

export function accountIn(arn: string): string {
  return arn.split(":")[4] ?? ""
}
