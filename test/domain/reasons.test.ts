import { expect, it } from 'vitest';
import { specOf } from '../../domain/admit.ts';
import { advance } from '../../domain/advance.ts';
import { DEFAULT_PIPELINE } from '../../domain/default-pipeline.ts';
import { describe as say } from '../../domain/describe.ts';
import { newTask } from '../../domain/state.ts';

const item = { key: 'DEMO-1', title: 'Greet' };
const project = { key: 'DEMO', repo: 'product', base: 'main' };
const task = (run = 1) => newTask(DEFAULT_PIPELINE, specOf(item, project, run), 0);

it('a pause and an abort say who and why', () => {
  const why = { by: 'ada', reason: 'a fair', at: 1 };
  expect(say(DEFAULT_PIPELINE, advance(DEFAULT_PIPELINE, task(), { kind: 'paused', ...why }))).toBe(
    'paused by ada: a fair',
  );
  expect(say(DEFAULT_PIPELINE, advance(DEFAULT_PIPELINE, task(), { kind: 'abort-asked', ...why }))).toBe(
    'aborted by ada: a fair',
  );
});

it('questions of a later run have numbers of their own: a late answer to the first run fits none of them', () => {
  expect([task(1), task(2), task(3)].map(({ counters }) => counters.question)).toEqual([0, 100, 200]);
});
