// Runs the tests of a level that start processes before those that leave much memory in their worker.
import { BaseSequencer, type TestSpecification } from "vitest/node"

// Readers of documents and CDK leave half a gigabyte in a worker. Node.js copies the page tables of its process when it
// starts another one, which takes 2 ms of CPU time per 100 MB, and the tests of the level unit start some 500 processes.
const leavesMemory = ({ moduleId }: TestSpecification) => /\/(functions|infrastructure)\//.test(moduleId)

export class SpawningFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project)
    return [...byProject.values()].flatMap((inOrder) => [
      ...inOrder.filter((file) => !leavesMemory(file)),
      ...inOrder.filter(leavesMemory),
    ])
  }
}
