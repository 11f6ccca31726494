import { relative } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Over a minute each. Begun last, one of them would run alone at the end. */
const LONGEST = [
  'test/soak/soak.test.ts',
  'test/e2e/kill-points.test.ts',
  'test/e2e/outage.test.ts',
  'test/e2e/card-moves.test.ts',
  'test/e2e/decisions.test.ts',
  'test/e2e/worker-killed.test.ts',
  'test/e2e/kill-switches.test.ts',
];

/** A clone has no times of an earlier run, and a file's size says little of how long it takes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const place = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return project.config.sequence.groupOrder * 1_000 + (place < 0 ? LONGEST.length : place);
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
