import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { newestVersion, RULE_BOOK, rulesOf } from '../../domain/rules.ts';
import { FIRST_RULES_VERSION, RULES_VERSION } from '../../domain/state.ts';
import { pending } from '../../domain/verdict.ts';
import { cachedBundle } from '../../worker/bundle-cache.ts';
import { outcomeOf } from '../e2e/support/person.ts';
import { TEST_MS } from '../e2e/support/use-open.ts';
import type { Part } from '../support/rehearsal/part.ts';
import type { Rehearsal } from '../support/rehearsal/rehearsal.ts';
import { rowsOf, withRehearsal } from '../support/rehearsal/rehearsal.ts';
import { runsOf } from '../support/rehearsal/runs.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const TWO_RULES = {
  entry: path('programs/two-rules.ts'),
  folders: [path('programs'), path('../../workflows'), path('../../domain')],
};

describe('the rules of a task', () => {
  it('have a book from the first version to the newest, with which a new task starts', () => {
    expect(newestVersion(RULE_BOOK)).toEqual(RULES_VERSION);
    const all = Array.from({ length: RULES_VERSION }, (_, index) => index + FIRST_RULES_VERSION);
    expect(Object.keys(RULE_BOOK).map(Number)).toEqual(all);
  });

  it('of a version nobody here knows are refused with what to do', () => {
    expect(() => rulesOf(RULE_BOOK, 99)).toThrow(
      `This worker knows the rules of version ${RULES_VERSION} and the task goes by version 99: upgrade the worker.`,
    );
  });
});

describe('after a change of the rules', () => {
  const pipeline = rowsOf('development');
  const looks = new Map<string, number>();

  /** Its checks never end; in version 2 nobody waits for them. */
  const waiting: Part = {
    judge: (gate, look, { spec }) => {
      if (gate !== 'ci') return undefined;
      looks.set(spec.key, look);
      return pending('unit on the head');
    },
  };

  function rehearse(work: (rehearsal: Rehearsal) => Promise<void>): Promise<void> {
    const cacheRoot = userCacheRoot(process.env, homedir());
    return cachedBundle(TWO_RULES, { cacheRoot }).then((bundle) => withRehearsal(inject('temporal'), { bundle }, work));
  }

  it(
    'an open task keeps the old ones until it continues as new, and goes by the new ones from there',
    () =>
      rehearse(async (rehearsal) => {
        // As one of before the versions: it says none.
        const key = await rehearsal.start({ ...waiting, pipeline, continueAfterEvents: 60 });
        expect(await outcomeOf(rehearsal, key)).toEqual('done');
        const [before, after, ...more] = await runsOf(rehearsal, key);
        expect(more).toEqual([]);
        expect(before?.continued).toMatchObject({ state: { rulesVersion: 2 } });
        const looksOf = (names: readonly string[] = []) => names.filter((name) => name === 'judgeGate').length;
        // The second version read ci once and protected-paths once.
        expect(looksOf(after?.activities)).toEqual(2);
        expect(looksOf(before?.activities)).toBeGreaterThanOrEqual(3);
        expect(looks.get(key)).toEqual(looksOf(before?.activities) + 1);
      }),
    TEST_MS,
  );

  it(
    'a new task starts with the newest',
    () =>
      rehearse(async (rehearsal) => {
        const key = await rehearsal.start({ ...waiting, pipeline, rulesVersion: 2 });
        expect(await outcomeOf(rehearsal, key)).toEqual('done');
        expect(looks.get(key)).toEqual(1);
      }),
    TEST_MS,
  );
});
