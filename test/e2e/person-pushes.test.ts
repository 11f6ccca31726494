import { beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { Recorded } from './support/history.ts';
import { recordedOf } from './support/history.ts';
import { explain, outcomeOf, statusOf } from './support/person.ts';
import { tableConfig } from './support/product.ts';
import { filesAt, git, push } from './support/repository.ts';
import { TEST_MS, useWorld } from './support/use-world.ts';

// The default table from development on.
// prettier-ignore
const ROWS = `
      - { name: development, work: 'agent: developer', leave: [ci, protected-paths], pass: review, fail: development }
      - { name: review,  work: 'agent: reviewer', leave: [review], pass: testing, fail: development }
      - { name: testing, work: 'agent: tester', leave: [tests], pass: deploy-staging, fail: development }
      - { name: deploy-staging, prepare: sync, enter: [merge], work: 'action: candidate', leave: [staging],
          pass: deploy, fail: development, lane: release }
      - { name: deploy, prepare: land, enter: [fresh], work: 'action: promote', leave: [health],
          pass: done, fail: development, lane: release, compensate: [restore, revert] }`;

describe('a person pushes a fix while review runs', () => {
  const world = useWorld({
    yaml: tableConfig(ROWS, { roles: ['developer', 'reviewer', 'tester'] }),
    script: { reviewer: [{ waitFor: 'pushed' }, {}] },
  });
  let key = '';
  let task: ExplainView;
  let theirs = '';
  let steps: string[];

  beforeAll(async () => {
    key = await world().enter();
    await waitFor(
      async () => (await world().prompts(key, 'reviewer')).length === 1,
      'the reviewer at work',
      60_000,
      80,
    );
    const { branch = '' } = (await statusOf(world(), key)) ?? {};
    theirs = await push(world(), branch, { 'service/fix.txt': 'by hand\n' });
    await world().release('pushed');
    expect(await outcomeOf(world(), key)).toEqual('done');
    task = await explain(world(), key);
    steps = (await recordedOf(world(), key)).flatMap(named);
  }, TEST_MS);

  it('the evidence about the overtaken commit is stale, which is charged to nobody', () => {
    const stale = task.log.filter(({ kind }) => kind === 'stale');
    expect(stale.map(({ stage, what }) => `${stage}: ${what}`)).toEqual(['review: review']);
    expect(stale[0]?.say).toContain(theirs.slice(0, 7));
    expect(task.ledger).toMatchObject({ stale: 1, total: 0, bounces: {}, inconclusive: {} });
  });

  it('ci is read for their commit before any agent works again', () => {
    const first = steps.indexOf('review: read review');
    const again = steps.findIndex((step, index) => index > first && step.startsWith('reviewer,'));
    const between = new Set(steps.slice(first + 1, again));
    expect([...between]).toEqual(['development: read ci', 'development: read protected-paths', 'review: read review']);
    const green = task.log
      .filter(({ what, kind }) => what === 'ci' && kind === 'pass')
      .map(({ subject }) => subject?.id);
    expect(green).toHaveLength(2);
    expect(green[1]).toEqual(theirs);
  });

  it('only who judges works again, and judges their commit', async () => {
    expect((await world().runs()).map((line) => line.split(' ').slice(1, 3).join(' '))).toEqual([
      'developer 1',
      'reviewer 1',
      'reviewer 2',
      'tester 1',
    ]);
    const [, second = ''] = await world().prompts(key, 'reviewer');
    expect(second).toContain(theirs);
  });

  it('their commit is what is delivered', async () => {
    expect(await git(world(), 'rev-parse', 'main')).toEqual(theirs);
    expect(await filesAt(world(), 'main')).toEqual(expect.arrayContaining(['service/fix.txt', `service/${key}-1.txt`]));
    expect(task.subjects).toMatchObject({ head: theirs, artifact: { revision: theirs } });
  });
});

/** Looks at the card come whenever the tracker nudges. */
function named(event: Recorded): string[] {
  return event.kind === 'activity' && event.name !== 'readCard' ? [event.summary] : [];
}
