import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { userCacheRoot } from '../../adapters/temporal/cli-cache.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { taskWorkflowId } from '../../workflows/messages.ts';
import '../support/quiet-runtime.ts';

type RecordedHistory = {
  events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
};

const FOLDER = join(import.meta.dirname, 'deliverTask');
const names = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

describe('recorded histories', () => {
  let bundle: WorkflowBundleOption;
  beforeAll(async () => {
    bundle = await workflowBundle({ cacheRoot: userCacheRoot(process.env, homedir()) });
  });

  it('are there: a delivery without rework, one with rework, and one that asked', () => {
    expect(names).toEqual(expect.arrayContaining(['happy-path.json', 'question.json', 'rework.json']));
  });

  it.each(names)('%s replays with the workflows as they are', async (name) => {
    await replay(bundle, read(name));
  });

  it.each(names)('%s does not replay once a step of it has another name', async (name) => {
    const history = read(name);
    const step = history.events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []).at(-2);
    if (!step) throw new Error(`${name} has no activities`);
    step.activityType.name = 'somethingElse';
    await expect(replay(bundle, history)).rejects.toThrow(DeterminismViolationError);
  });

  it('do not replay with workflows that take another step', async () => {
    if (!('code' in bundle)) throw new Error('The sources give a bundle with its code');
    const code = bundle.code.replaceAll('.pushWork.', '.readCard.');
    expect(code).not.toEqual(bundle.code);
    await expect(replay({ code }, read('happy-path.json'))).rejects.toThrow(DeterminismViolationError);
  });
});

function replay(bundle: WorkflowBundleOption, history: RecordedHistory): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: bundle }, history, taskWorkflowId('REPLAYED-1'));
}

function read(name: string): RecordedHistory {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as RecordedHistory;
}
