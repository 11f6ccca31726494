import { describe, expect, it, vi } from 'vitest';
import { processOf } from '../../../adapters/agents/process-table.ts';
import { markedProcesses } from '../../support/agent-processes.ts';
import { waitFor } from '../../support/wait-for.ts';
import { program, useRuns } from './runs.ts';

const MIB = 2 ** 20;
vi.setConfig({ testTimeout: 30_000 });

const { start, fileSaid } = useRuns();

describe('the limits', () => {
  it('stop an agent that prints nothing and changes nothing', async () => {
    const { exit, attempt } = start(program('silent'), { idleMs: 400, graceMs: 50 });
    expect(await exit()).toEqual({ kind: 'stalled', idleMs: expect.any(Number) });
    expect(markedProcesses(attempt)).toEqual([]);
  });

  it('do not take silence for idleness while files change', async () => {
    const { exit } = start(program('silent', '100000'), { idleMs: 1_500, totalMs: 4_000, graceMs: 50 });
    expect(await exit()).toMatchObject({ kind: 'timed-out' });
  });

  it('stop an agent that says the same again and again and changes nothing', async () => {
    const { exit, attempt } = start(program('spin'), { noProgressMs: 600, graceMs: 50 });
    expect(await exit()).toEqual({ kind: 'no-progress', forMs: expect.any(Number) });
    expect(markedProcesses(attempt)).toEqual([]);
  });

  it('leave one that says the same again alone while it changes files', async () => {
    const { exit } = start(program('spin', 'work'), { noProgressMs: 1_500, totalMs: 4_000, graceMs: 50 });
    expect(await exit()).toMatchObject({ kind: 'timed-out' });
  });

  it('do not count what processes share once for each of them', async () => {
    // Ten forks of a shell that holds 30 MB: each of them shows all of it.
    const share = `x=$(head -c 30000000 /dev/zero | tr '\\0' x); for i in 0 1 2 3 4 5 6 7 8 9; do (sleep 60; :) & done`;
    const limits = { memoryBytes: 200 * MIB, processes: 100 };
    const { exit, attempt } = start(['/bin/sh', '-c', `${share}; echo all; wait`], {
      limits,
      totalMs: 4_000,
      graceMs: 50,
    });
    const resident = await waitFor(
      () => {
        const sum = markedProcesses(attempt).reduce((all, pid) => all + (processOf(pid)?.pages ?? 0) * 4_096, 0);
        return sum > limits.memoryBytes && sum;
      },
      'more than the bound when shared memory is counted each time',
      3_500,
    );
    expect(resident).toBeGreaterThan(limits.memoryBytes);
    expect(await exit()).toMatchObject({ kind: 'timed-out' });
  });

  it('read a quota line of a failed run as quota', async () => {
    const { exit } = start(program('quota'));
    expect(await exit()).toEqual({ kind: 'quota', until: 1_800_000_000_000, detail: 'usage limit reached' });
  });
});

describe('a budget', () => {
  const spent = { usd: expect.closeTo(0.2), tokensIn: 1_800, tokensOut: 200, turns: 20 };

  it.each([
    ['dollars', { usd: 0.05 }, 'used 0.05 USD and 500 tokens where 0.05 USD were left'],
    ['tokens', { usd: 9, tokens: 300 }, 'used 0.03 USD and 300 tokens where 9.00 USD and 300 tokens were left'],
  ])('of %s that is reached while the agent runs ends it, and says what was used', async (_what, budget, detail) => {
    const { run, attempt } = start(program('spend'), { graceMs: 200, request: { budget } });
    const { exit, usage, session } = await run;
    expect(exit).toEqual({ kind: 'over-budget', detail });
    expect(usage).toMatchObject(spent);
    expect(session).toBe('spent-1');
    expect(markedProcesses(attempt)).toEqual([]);
  });

  it('that the last line of an agent reaches does not undo its work', async () => {
    const { exit } = start(program('spend', 'report'), { graceMs: 20_000, request: { budget: { usd: 0.2 } } });
    expect(await exit()).toEqual({ kind: 'finished' });
  });

  it('that is not reached stops nothing', async () => {
    const { exit } = start(program('spend'), { totalMs: 1_000, graceMs: 50, request: { budget: { usd: 0.21 } } });
    expect(await exit()).toMatchObject({ kind: 'timed-out' });
  });

  it('with nothing left starts nothing', async () => {
    const { run } = start(program('finish'), { request: { budget: { usd: 0, tokens: 100 } } });
    const detail = 'used 0.00 USD and 0 tokens where 0.00 USD and 100 tokens were left';
    expect((await run).exit).toEqual({ kind: 'over-budget', detail });
    expect(await fileSaid('seen.json')).toBeUndefined();
  });

  it('is in the beats as far as it is spent, with the session', async () => {
    const { run, beats, cancel } = start(program('spend'));
    const beat = await waitFor(() => beats.find(({ session }) => session !== undefined), 'a beat that says more');
    expect(beat).toMatchObject({ session: 'spent-1', usage: spent, log: expect.any(String) });
    cancel.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
  });
});

describe('an interrupted session', () => {
  const resume = program('session', 'resume', '{session}');

  it.each([
    ['is continued by the command for it', { resume, request: { session: 'known-1' } }, 'resume known-1'],
    ['begins anew where the agent does not know it', { resume, request: { session: 'lost-2' } }, 'new known-1'],
    ['begins anew for a role that cannot continue', { request: { session: 'known-1' } }, 'new known-1'],
    ['that there is none of begins one', { resume }, 'new known-1'],
  ])('%s', async (_what, given, began) => {
    const { exit, session } = await start(program('session'), given).run;
    expect(exit).toEqual({ kind: 'finished' });
    expect(session).toBe('known-1');
    expect(await fileSaid('began')).toBe(began);
  });

  it('that crashes once it was found is not begun anew behind our back', async () => {
    const crash = ['/bin/sh', '-c', `printf '%s\\n' '{"session":"known-1"}'; exit 4`, '{session}'];
    const { exit } = start(program('session'), { resume: crash, request: { session: 'known-1' } });
    expect(await exit()).toMatchObject({ kind: 'crashed' });
    expect(await fileSaid('began')).toBeUndefined();
  });

  it('needs a place in the command for it', () => {
    expect(() => start(program('session'), { resume: ['agent', 'resume'] })).toThrow(
      "The resume command of role developer does not use {session}; say where the session's id goes.",
    );
  });
});
