import { describe, expect, it } from 'vitest';
import type { ExplainView } from '../../workflows/messages.ts';
import { runWatch } from '../../ops/commands/watch.ts';
import type { FakeTask } from './support.ts';
import { conveyor, deadlineExceeded, explainView, fakeClient, fakeDeps, NOW, workflowInfo } from './support.ts';

const [analysed] = explainView().log;

/** Answers the next view at each look; the last stays. */
function views(...answers: (ExplainView | Error)[]): unknown {
  let look = 0;
  const query = (): ExplainView => {
    const answer = answers[Math.min(look++, answers.length - 1)];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no view');
    return answer;
  };
  return fakeClient({ handle: { query, describe: () => workflowInfo({ key: 'DEMO-1', stage: 'analysis' }) } });
}

const start = explainView({
  status: 'working',
  sentence: 'analysis: analyst works, attempt 1',
  stage: 'analysis',
  log: [],
});
const next = explainView({ log: analysed ? [analysed] : [] });
const end = explainView({
  status: 'done',
  stage: 'deploy',
  sentence: 'done: a1b2c3d runs in production as sha256:001122334455',
  end: { outcome: 'done', at: NOW },
});

describe('conveyor watch', () => {
  it('prints one plain sentence for each change, once, and exits 0 when the task is done', async () => {
    const { stdout, exit } = await conveyor(['watch', 'DEMO-1'], { client: views(start, start, next, next, end) });
    expect(stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "2026-03-01T12:00:00.000Z | DEMO-1 | analysis | working | analysis: analyst works, attempt 1
      2026-03-01T11:40:00.000Z | DEMO-1 | analysis | pass | analyst: wrote analysis.md
      2026-03-01T12:00:00.000Z | DEMO-1 | development | waiting | waiting for check test
      2026-03-01T11:52:00.000Z | DEMO-1 | development | fail | ci: check test failed
      2026-03-01T12:00:00.000Z | DEMO-1 | deploy | done | done: a1b2c3d runs in production as sha256:001122334455
      "
    `);
    expect(exit).toBe(0);
  });

  it('does not repeat a wait whose gate is only being looked at', async () => {
    const looking = explainView({ status: 'working' });
    const { stdout } = await conveyor(['watch', 'DEMO-1'], {
      client: views(explainView(), looking, explainView(), end),
    });
    expect(stdout.match(/waiting for check test/g)).toHaveLength(1);
  });

  it('shows a person the time, the status with its word, the stage and the sentence', async () => {
    const { stdout } = await conveyor(['watch', 'DEMO-1'], { client: views(start, end), tty: 'tty' });
    expect(stdout.replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')).toMatchInlineSnapshot(`
      "HH:MM:SS  ▷ working       analysis: analyst works, attempt 1
      HH:MM:SS  ✓ pass          analysis: analyst: wrote analysis.md
      HH:MM:SS  ✗ fail          development: ci: check test failed
      HH:MM:SS  ✓ done          deploy: done: a1b2c3d runs in production as sha256:0011223
      "
    `);
  });

  it('prints JSON lines', async () => {
    const { stdout } = await conveyor(['watch', 'DEMO-1', '--json'], { client: views(end) });
    expect(JSON.parse(stdout)).toMatchInlineSnapshot(`
      {
        "at": "2026-03-01T12:00:00.000Z",
        "key": "DEMO-1",
        "kind": "status",
        "sentence": "done: a1b2c3d runs in production as sha256:001122334455",
        "stage": "deploy",
        "word": "done",
      }
    `);
  });

  it('exits 1 when the task is aborted', async () => {
    const aborted = explainView({
      status: 'aborted',
      sentence: 'aborted by ada',
      end: { outcome: 'aborted', at: NOW },
    });
    expect((await conveyor(['watch', 'DEMO-1'], { client: views(aborted) })).exit).toBe(1);
  });

  it('says once that no worker answers and goes on when one does', async () => {
    const late = deadlineExceeded();
    const { stdout, stderr, exit } = await conveyor(['watch', 'DEMO-1'], { client: views(late, late, start, end) });
    expect(stderr).toBe('no worker answers: this is what Temporal has on record\n');
    expect(stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "2026-03-01T12:00:00.000Z | DEMO-1 | analysis | working | analysis: working
      2026-03-01T12:00:00.000Z | DEMO-1 | analysis | working | analysis: analyst works, attempt 1
      2026-03-01T11:40:00.000Z | DEMO-1 | analysis | pass | analyst: wrote analysis.md
      2026-03-01T11:52:00.000Z | DEMO-1 | development | fail | ci: check test failed
      2026-03-01T12:00:00.000Z | DEMO-1 | deploy | done | done: a1b2c3d runs in production as sha256:001122334455
      "
    `);
    expect(exit).toBe(0);
  });

  it('follows every task from the record, and tells how one ended', async () => {
    const lists: FakeTask[][] = [
      [{ key: 'DEMO-1' }, { key: 'DEMO-2', status: 'waiting', waitingFor: 'waiting for check test' }],
      [{ key: 'DEMO-1' }, { key: 'DEMO-2', status: 'waiting', waitingFor: 'waiting for check test' }],
      [{ key: 'DEMO-2', status: 'waiting', waitingFor: 'waiting for check lint' }],
    ];
    const stop = new AbortController();
    let look = 0;
    const list = (): FakeTask[] => {
      const tasks = lists[look++];
      if (tasks === undefined) stop.abort();
      return tasks ?? lists.at(-1) ?? [];
    };
    const ended = { key: 'DEMO-1', stage: 'deploy', status: 'done', execution: 'COMPLETED', closeTime: NOW } as const;
    const client = fakeClient({ list, handle: { describe: () => workflowInfo(ended) } });
    const { deps, printed } = fakeDeps({ client });
    await runWatch({ intervalMs: 1, signal: stop.signal }, deps);
    expect(printed().stdout.replaceAll('\t', ' | ')).toMatchInlineSnapshot(`
      "2026-03-01T12:00:00.000Z | DEMO-1 | development | working | development: working
      2026-03-01T12:00:00.000Z | DEMO-2 | development | waiting | waiting for check test
      2026-03-01T12:00:00.000Z | DEMO-2 | development | waiting | waiting for check lint
      2026-03-01T12:00:00.000Z | DEMO-1 | deploy | done | deploy: done
      "
    `);
  });
});
