import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { projectWorkflowId, taskWorkflowId, WORKFLOWS } from '../../workflows/messages.ts';
import '../support/quiet-runtime.ts';
import { BREAKS, broken } from './breaks.ts';
import type { Kept } from './kept.ts';
import { keptHistories } from './kept.ts';
import { INTAKE_STORIES } from './stories/intake.ts';
import { TASK_STORIES } from './stories/task.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const kept = keptHistories();

describe('recorded histories', () => {
  let bundle: WorkflowBundle;
  beforeAll(async () => {
    const made = await workflowBundle({ cacheRoot: userCacheRoot(process.env, homedir()) });
    if (!('code' in made)) throw new Error('The sources give a bundle with its code');
    bundle = made;
  });

  it('of this version hold every story', () => {
    const names = kept.filter(({ release }) => release === version).map(({ name }) => storyOf(name));
    const tasks = TASK_STORIES.map(({ name }) => `${version}/${WORKFLOWS.task}/${name}`);
    const intakes = INTAKE_STORIES.map(({ name }) => `${version}/${WORKFLOWS.intake}/${name}`);
    expect(new Set(names)).toEqual(new Set([...tasks, ...intakes]));
  });

  it('all replay with the workflows as they are', async () => {
    const failures = await failuresOf(bundle, kept);
    expect(failures).toEqual([]);
  });

  it('none replays once one of its steps has another name', async () => {
    const renamed = kept.map((history) => ({ ...history, events: withAnotherName(history) }));
    const failures = await failuresOf(bundle, renamed);
    expect(failures).toEqual(kept.map(({ name }) => `${name}: ${DeterminismViolationError.name}`));
  });

  it('are enough for twenty breaks and more', () => {
    expect(BREAKS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(BREAKS.map(({ name }) => name)).size).toEqual(BREAKS.length);
  });

  it.each(BREAKS)('do not replay with a workflow that $name', async (change) => {
    const code = broken(bundle.code, change);
    const histories = kept.filter(({ name }) => name === `${version}/${change.in}`);
    const failures = await failuresOf({ code }, histories);
    expect(failures).toEqual([`${version}/${change.in}: ${DeterminismViolationError.name}`]);
  });
});

/** `<history>: <error>` of each that did not replay. */
async function failuresOf(workflowBundle: WorkflowBundle, histories: readonly Kept[]): Promise<string[]> {
  const all = histories.map(({ workflow, events }) => ({
    workflowId: workflow === WORKFLOWS.intake ? projectWorkflowId('HISTORY') : taskWorkflowId('HISTORY-1'),
    history: { events },
  }));
  const failures: string[] = [];
  let index = 0;
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, all)) {
    const { name } = histories[index++] ?? { name: 'a history too many' };
    if (error) failures.push(`${name}: ${error.name}`);
  }
  expect(index).toEqual(histories.length);
  return failures;
}

/** A workflow that continued left one file for each of its runs. */
function storyOf(name: string): string {
  return name.replace(/-\d+$/, '');
}

function withAnotherName({ events }: Kept): Kept['events'] {
  const changed = structuredClone(events);
  const step = changed.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []).at(-2);
  if (!step) throw new Error('A history without activities');
  step.activityType.name = 'somethingElse';
  return changed;
}
