import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createCommandRunner } from '../../../adapters/agents/command-runner.ts';
import { createIsolation } from '../../../adapters/agents/isolation.ts';
import { markedProcesses, processesIn } from '../../support/agent-processes.ts';
import { waitFor } from '../../support/wait-for.ts';
import { FIXTURES, MINUTE, program, useRuns } from './runs.ts';

const MIB = 2 ** 20;
vi.setConfig({ testTimeout: 30_000 });

const runs = useRuns();
const { start, fileSaid } = runs;

describe.each(['auto', 'none'] as const)('a run with isolation %s', (isolation) => {
  it('hands the prompt over on standard input and brings back report, usage and log', async () => {
    const { run, beats } = start([...program('finish'), '{role}', '--in={cwd}'], { isolation });
    const { exit, report, usage, log } = await run;
    const seen = JSON.parse((await fileSaid('seen.json')) ?? '');

    expect(exit).toEqual({ kind: 'finished' });
    expect(seen).toMatchObject({
      prompt: 'Please do it.\n',
      argv: ['developer', `--in=${runs.cwd()}`],
      cwd: runs.cwd(),
    });
    expect(report.frontMatter).toMatchObject({ verdict: 'pass', summary: 'Did what was asked.', findings: [] });
    expect(report.text).toBe('# What I did\n\nEverything.');
    expect(usage).toMatchObject({ tokensIn: 10, tokensOut: 20, tokensCached: 5, usd: 0.25, turns: 3 });
    expect(usage.durationMs).toBeGreaterThan(0);
    const logged = await readFile(log, 'utf8');
    expect(logged).toContain('working\n');
    expect(logged).toContain('a word on stderr\n');
    expect(beats[0]).toMatchObject({ log, usage: expect.objectContaining({ turns: expect.any(Number) }) });
  });

  it('leaves no process, lock or scratch directory behind when the agent ends well beside a daemon', async () => {
    const { run, attempt } = start(program('detach'), { isolation });
    const { exit, report } = await run;
    expect(await fileSaid('daemon')).toBe('started');
    expect(exit).toEqual({ kind: 'finished' });
    expect(report.frontMatter).toMatchObject({ verdict: 'pass' });
    expect(markedProcesses(attempt)).toEqual([]);
    expect((await readdir(join(runs.folder(), 'logs'))).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });

  it.each([
    ['ignores SIGTERM, with a child in a session of its own', 'stubborn', 2],
    ['has started twenty children', 'fork', 21],
  ])('kills an agent that %s when its time is up', async (_what, name, count) => {
    const { exit, attempt } = start(program(name), { isolation, totalMs: 3_000, graceMs: 100 });
    await waitFor(() => markedProcesses(attempt).length >= count, `${count} processes`, 2_500);
    expect(await exit()).toEqual({ kind: 'timed-out', afterMs: expect.any(Number) });
    expect(markedProcesses(attempt)).toEqual([]);
  });

  it.each([
    ['memory', program('eat', '400'), { memoryBytes: 150 * MIB }, /^it used \d+ MiB of memory, more than the 150 MiB/],
    ['processes', program('bomb', '200'), { processes: 50 }, /^it had \d+ processes at once, more than the 50 it may/],
  ])('kills an agent with more %s than it may have, and everything it started', async (_what, argv, limits, detail) => {
    const { exit, attempt } = start(argv, { isolation, limits, graceMs: 20_000 });
    expect(await exit()).toEqual({ kind: 'over-limit', detail: expect.stringMatching(detail) });
    expect(markedProcesses(attempt)).toEqual([]);
    expect(processesIn(runs.cwd())).toEqual([]);
  });

  it('asks politely before it kills', async () => {
    const { exit, attempt } = start(program('hang'), { isolation, totalMs: 1_500, graceMs: 20_000 });
    expect(await exit()).toMatchObject({ kind: 'timed-out' });
    expect(await fileSaid('terminated')).toBe('politely');
    expect(markedProcesses(attempt)).toEqual([]);
  });

  it('rejects with the reason of the cancellation, after everything is dead', async () => {
    const { run, cancel, attempt, beats } = start(program('stubborn'), { isolation, graceMs: 50 });
    await waitFor(() => markedProcesses(attempt).length >= 2, 'the agent and its child');
    const reason = new Error('cancelled by the task');
    cancel.abort(reason);
    await expect(run).rejects.toBe(reason);
    expect(markedProcesses(attempt)).toEqual([]);
    expect(beats.length).toBeGreaterThan(0);
  });

  it.each([
    ['with a status', ['7'], /^exit status 7: the model went away$/],
    ['by a signal', ['SIGSEGV'], /^killed by .*: the model went away$/],
  ])('says how an agent crashed %s', async (_how, args, detail) => {
    const { exit } = start(program('crash', ...args), { isolation });
    expect(await exit()).toEqual({ kind: 'crashed', detail: expect.stringMatching(detail) });
  });
});

it('kills a daemon that dropped its environment too, where the system has namespaces', async ({ skip }) => {
  const wrapper = await createIsolation('auto', process.env['PATH'])();
  skip(wrapper.length === 0, 'unshare --pid does not work on this system');
  await start(program('detach', 'bare')).run;
  expect(await fileSaid('daemon')).toBe('started');
  expect(processesIn(runs.cwd())).toEqual([]);
});

describe('the output', () => {
  it.each(['lines', 'one-line'])('of 100 MiB in %s is cut in the log and does not grow memory', async (shape) => {
    const before = process.memoryUsage().rss;
    let most = 0;
    const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 10);
    const { run, beats } = start(program('flood', '100', shape), { logBytes: 1_000_000 });
    const { exit, report, log } = await run;
    clearInterval(sampler);
    expect(exit).toEqual({ kind: 'finished' });
    expect(report.frontMatter).toMatchObject({ verdict: 'pass' });
    expect((await stat(log)).size).toBeLessThan(1_000_200);
    expect(await readFile(log, 'utf8')).toMatch(/log cut: this run printed more than 1000000 bytes\]\n$/);
    expect(most - before).toBeLessThan(60 * 1024 * 1024);
    expect(beats.every(({ offset }) => offset < 1_000_200)).toBe(true);
  });

  it('that is garbage gives no report and does no harm', async () => {
    const { exit, report } = await start(program('garbage')).run;
    expect(exit).toEqual({ kind: 'finished' });
    expect(report.frontMatter).toBeUndefined();
  });

  it('without a report gives none', async () => {
    const { report } = await start(['echo', 'all done']).run;
    expect(report).toEqual({ frontMatter: undefined, text: '' });
  });
});

describe('the environment', () => {
  it('holds only what is allowed, with a home and a temporary directory of the run', async () => {
    const host = { LANG: 'C.UTF-8', FORGE_TOKEN: 'secret', MODEL_KEY: 'for the agent', HOME: '/root' };
    const { run, attempt } = start(program('finish'), {
      host,
      env: { EFFORT: 'high' },
      passEnv: ['MODEL_KEY', 'UNSET'],
    });
    await run;
    const { env } = JSON.parse((await fileSaid('seen.json')) ?? '');
    const { HOME, TMPDIR, ...rest } = env;
    expect(rest).toEqual({
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      MODEL_KEY: 'for the agent',
      EFFORT: 'high',
      CONVEYOR_ROLE: 'developer',
      CONVEYOR_ATTEMPT: attempt,
      CONVEYOR_SCRATCH: dirname(HOME),
    });
    expect(HOME).not.toBe('/root');
    await expect(stat(HOME)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stat(TMPDIR)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('runs the same attempt twice one after the other, never at once', async () => {
  const runner = createCommandRunner({
    roles: {
      developer: { command: program('hang'), totalMs: 800, idleMs: MINUTE, env: {}, passEnv: [], graceMs: 2_000 },
    },
    logRoot: join(runs.folder(), 'logs'),
    hostEnv: { PATH: process.env['PATH'] },
    isolation: 'none',
  });
  const request = {
    project: 'demo',
    role: 'developer',
    attempt: `TEST-twice-${process.pid}`,
    cwd: runs.cwd(),
    prompt: '',
  };
  const once = () => runner.run(request, { signal: new AbortController().signal, onBeat: () => undefined });
  let most = 0;
  const sampler = setInterval(() => (most = Math.max(most, markedProcesses(request.attempt).length)), 50);
  const both = await Promise.all([once(), once()]);
  clearInterval(sampler);
  expect(both.map(({ exit }) => exit.kind)).toEqual(['timed-out', 'timed-out']);
  expect(most).toBe(1);
});

describe('trouble', () => {
  it.each([
    ['a program that is not installed', ['no-such-agent'], /"no-such-agent" is missing or not executable on PATH/],
    ['a file that is not executable', [join(FIXTURES, 'finish.mjs')], /finish\.mjs" is missing or not executable/],
  ])('for %s names it', async (_what, command, message) => {
    await expect(start(command).run).rejects.toMatchObject({
      type: 'Agent.NotInstalled',
      trouble: 'config',
      message: expect.stringMatching(message),
    });
  });

  it('for a role without a command names both', async () => {
    const runner = createCommandRunner({ roles: {}, logRoot: runs.folder(), hostEnv: {}, isolation: 'none' });
    const request = { project: 'demo', role: 'tester', attempt: 'x', cwd: runs.cwd(), prompt: '' };
    await expect(
      runner.run(request, { signal: new AbortController().signal, onBeat: () => undefined }),
    ).rejects.toMatchObject({ type: 'Agent.UnknownRole', message: expect.stringContaining('tester') });
  });

  it('for an unknown placeholder comes before anything starts', () => {
    expect(() => start(['agent', '--prompt', '{prompt-file}'])).toThrow(
      'The command of role developer uses {prompt-file} in "{prompt-file}"; known are {cwd} and {role}.',
    );
  });

  it('leaves JSON in an argument alone', async () => {
    await start([...program('finish'), '{"a":{"b":1}}', '{env:KEY}']).run;
    expect(JSON.parse((await fileSaid('seen.json')) ?? '').argv).toEqual(['{"a":{"b":1}}', '{env:KEY}']);
  });

  it('does not start at all once cancelled', async () => {
    const runner = createCommandRunner({ roles: {}, logRoot: runs.folder(), hostEnv: {}, isolation: 'none' });
    const reason = new Error('too late');
    const request = { project: 'demo', role: 'developer', attempt: 'x', cwd: runs.cwd(), prompt: '' };
    const control = { signal: AbortSignal.abort(reason), onBeat: () => undefined };
    await expect(runner.run(request, control)).rejects.toBe(reason);
  });
});
