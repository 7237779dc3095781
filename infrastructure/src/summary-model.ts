// Checks the settings of the model of Amazon Bedrock that writes summaries.

/** `regions` are the destinations of an inference profile; none for a foundation model. */
export type SummaryModel = { model: string; regions: readonly string[] }

export const noSummaryModel = "none"

// AWS: the id of an inference profile is the model's behind the name of its geography (system-bedrock-profile)
const profilePattern = /^(us|us-gov|eu|apac|jp|au|global)\./

export function summaryModelProblems(envName: string, { model, regions }: SummaryModel): string[] {
  const geography = profilePattern.exec(model)?.[1]
  if (geography === "global") {
    return [
      `summary_model in ${envName} is ${JSON.stringify(model)}: a global inference profile sends documents to any region. Choose the profile of a geography, such as eu, or a model of the stack's region.`,
    ]
  }
  if (geography !== undefined && regions.length === 0) {
    return [
      `summary_model in ${envName} is the inference profile ${JSON.stringify(model)}: summary_model_regions must list its regions, which the Amazon Bedrock console shows.`,
    ]
  }
  if (geography === undefined && regions.length > 0) {
    return [
      `summary_model_regions in ${envName} is for inference profiles, such as eu.amazon.nova-lite-v1:0; summary_model is ${JSON.stringify(model)}.`,
    ]
  }
  return []
}

/** The model behind an inference profile. */
export function foundationModelOf(profile: string): string {
  return profile.replace(profilePattern, "")
}
