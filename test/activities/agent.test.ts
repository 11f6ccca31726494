import { asyncLocalStorage, Context } from '@temporalio/activity';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentInput } from '../../activities/agent.ts';
import { createAgentActivities } from '../../activities/agent.ts';
import type { AgentRequest, AgentResult, AgentRunner, Beat, Ports } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { NO_USAGE } from '../../domain/run.ts';
import { createFakePorts } from '../fakes/ports.ts';
import type { FakeWorld } from '../fakes/ports.ts';
import { waitFor } from '../support/wait-for.ts';

const SPEC = { key: 'S-1', run: 1, project: 'S', repo: 's', base: 'main', title: 'Sell', branch: 'task/S-1-sell' };
const ATTEMPT = 'S-1#1/development/1/work';
const INPUT: AgentInput = {
  spec: SPEC,
  role: { name: 'developer', owes: 'changes', documents: [] },
  attempt: ATTEMPT,
  number: 1,
  branch: SPEC.branch,
  findings: [],
  words: [],
};
const SPENT = { ...NO_USAGE, usd: 0.25, tokensIn: 100, tokensOut: 20, turns: 2 };

let ports: Ports;
let world: FakeWorld;
let runner: AgentRunner;
let requests: AgentRequest[];
let slept: number[];
let activities: ReturnType<typeof createAgentActivities>;
/** What the agent does; `beat` is its heartbeat. */
let agent: (request: AgentRequest, beat: (beat: Beat) => void) => Promise<AgentResult> | AgentResult;

beforeEach(() => {
  ({ ports, world } = createFakePorts());
  world.repository.branches.set('main', world.repository.commit({ 'a.txt': 'a' }, []).sha);
  world.work.left.set(ATTEMPT, { 'made.txt': 'made' });
  requests = [];
  slept = [];
  agent = () => result({});
  runner = {
    run: async (request, { onBeat }) => {
      requests.push(request);
      return agent(request, onBeat);
    },
    endEarlier: async () => void world.calls.push('runner.endEarlier'),
  };
  activities = createAgentActivities({ ...ports, runner });
});

function result(more: Partial<AgentResult>): AgentResult {
  const head = world.repository.branches.get('main') ?? '';
  const frontMatter = { verdict: 'pass', summary: 'Done.', findings: [], head: head.padEnd(40, '0') };
  return { exit: { kind: 'finished' }, report: { frontMatter, text: '' }, usage: SPENT, log: '/log', ...more };
}

/** One try, as Temporal starts it; `heartbeatDetails` are those of the try before. */
function tryOnce(
  input: Partial<AgentInput> = {},
  { heartbeatDetails, signal, sent = [] }: { heartbeatDetails?: unknown; signal?: AbortSignal; sent?: unknown[] } = {},
) {
  const context: Context = Object.assign(Object.create(Context.prototype), {
    heartbeat: (details: unknown) => sent.push(details),
    info: { heartbeatDetails, base64TaskToken: 'dG9rZW4=', heartbeatTimeoutMs: 60_000 },
    cancellationSignal: signal ?? new AbortController().signal,
    log: { warn: () => undefined },
    sleep: async (ms: number) => void slept.push(ms),
  });
  return asyncLocalStorage.run(context, () => activities.runAgent({ ...INPUT, ...input }));
}

describe('an attempt', () => {
  it('whose result was kept is not paid twice: another try returns the same', async () => {
    const first = await tryOnce();
    const again = await tryOnce({}, { heartbeatDetails: { usage: SPENT } });
    expect(again).toEqual(first);
    expect(first).toMatchObject({ exit: { kind: 'finished' }, usage: SPENT, sideRef: `refs/conveyor/${ATTEMPT}` });
    expect(requests).toHaveLength(1);
  });

  it('that was sealed while its worker died right after is not paid twice either', async () => {
    const { workspaces } = ports;
    let died = 0;
    const seal: Ports['workspaces']['seal'] = async (...given) => {
      const sealed = await workspaces.seal(...given);
      if ((died += 1) === 1) throw new Error('the worker died');
      return sealed;
    };
    activities = createAgentActivities({ ...ports, workspaces: { ...workspaces, seal }, runner });
    await expect(tryOnce()).rejects.toThrow('the worker died');
    expect(await tryOnce()).toMatchObject({ exit: { kind: 'finished' }, usage: SPENT });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['a remote is away for a while', 'Git.Unreachable', 'transient', 3, 1],
    ['a remote is away for longer than anybody waits', 'Git.Unreachable', 'transient', 99, 25],
    ['a remote does not let us in', 'Git.Unauthorized', 'auth', 1, 1],
    ['another try has its workspace', 'Git.WorkspaceGone', 'transient', 1, 1],
  ] as const)(
    'that cannot be kept because %s waits no longer than it helps',
    async (how, type, trouble, fails, most) => {
      const { workspaces } = ports;
      let asked = 0;
      const seal: Ports['workspaces']['seal'] = async (...given) => {
        if ((asked += 1) <= fails) throw new PortError(type, how, trouble);
        return workspaces.seal(...given);
      };
      activities = createAgentActivities({ ...ports, workspaces: { ...workspaces, seal }, runner });
      const run = tryOnce();
      await (fails === 3 ? expect(run).resolves.toMatchObject({ usage: SPENT }) : expect(run).rejects.toThrow(how));
      expect(requests).toHaveLength(1);
      expect(asked).toBe(fails === 3 ? 4 : most);
      expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(11 * 60_000);
    },
  );

  it('ends what an earlier try left running before it touches the folder', async () => {
    await tryOnce();
    const calls = world.calls.filter((call) => /endEarlier|workspaces\.(sealed|open|seal)$/.test(call));
    expect(calls).toEqual(['workspaces.sealed', 'runner.endEarlier', 'workspaces.open', 'workspaces.seal']);
  });

  it('is never worked on by two tries at once', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let most = 0;
    let now = 0;
    agent = async () => {
      most = Math.max(most, (now += 1));
      await released;
      now -= 1;
      return result({});
    };
    const tries = [tryOnce(), tryOnce()];
    await waitFor(() => requests.length > 0, 'the first try');
    release();
    const [one, two] = await Promise.all(tries);
    expect(two).toEqual(one);
    expect(most).toBe(1);
    // The second finds what the first one kept.
    expect(requests).toHaveLength(1);
  });

  it('that was cancelled while its agent ended keeps nothing', async () => {
    const cancel = new AbortController();
    agent = () => {
      cancel.abort(new Error('the task has ended'));
      return result({});
    };
    await expect(tryOnce({}, { signal: cancel.signal })).rejects.toThrow('the task has ended');
    expect(world.work.records.size).toBe(0);
  });

  it('whose worker stood still for too long keeps nothing', async () => {
    const from = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(from);
    agent = () => {
      clock.mockReturnValue(from + 61_000);
      return result({});
    };
    await expect(tryOnce()).rejects.toMatchObject({ type: 'Conveyor.TryLost' });
    clock.mockRestore();
    expect(world.work.records.size).toBe(0);
  });

  it('with a record that nobody can read says where it is', async () => {
    await tryOnce();
    const kept = world.work.records.get(ATTEMPT);
    if (kept) world.work.records.set(ATTEMPT, { ...kept, record: 'garbage' });
    await expect(tryOnce()).rejects.toMatchObject({ type: 'Git.BadRecord', trouble: 'config' });
  });
});

describe('a try after a lost one', () => {
  const lost = { log: '/log', offset: 9, lastOutputAt: 1, usage: SPENT, session: 's-1' };

  it('continues its session, and counts what it had spent', async () => {
    const run = await tryOnce({}, { heartbeatDetails: lost });
    expect(requests[0]).toMatchObject({ session: 's-1' });
    expect(requests[0]?.prompt).toContain('## An interrupted run');
    expect(run.usage).toMatchObject({ usd: 0.5, tokensIn: 200, tokensOut: 40, turns: 4 });
  });

  it('may spend only what the lost one left', async () => {
    await tryOnce({ budget: { usd: 1, tokens: 130 } }, { heartbeatDetails: lost });
    expect(requests[0]?.budget).toEqual({ usd: 0.75, tokens: 10 });
  });

  it('hands what was spent on to the next one, also before its own agent says anything', async () => {
    const sent: unknown[] = [];
    agent = (_request, beat) => {
      beat({ log: '/log', offset: 0, lastOutputAt: 2, usage: { ...NO_USAGE, usd: 0.1 } });
      throw new PortError('Agent.NotStarted', 'no');
    };
    await expect(tryOnce({}, { heartbeatDetails: lost, sent })).rejects.toThrow('no');
    expect(sent[0]).toEqual({ usage: SPENT, session: 's-1' });
  });

  it('knows a newer session than the attempt was started with', async () => {
    await tryOnce({ session: 'older' }, { heartbeatDetails: lost });
    expect(requests[0]).toMatchObject({ session: 's-1' });
  });

  it('of which nothing is known begins afresh', async () => {
    const run = await tryOnce({}, { heartbeatDetails: undefined });
    expect(requests[0]).not.toHaveProperty('session');
    expect(requests[0]?.prompt).not.toContain('An interrupted run');
    expect(run.usage).toEqual(SPENT);
  });
});

it('an attempt is given the session of the interrupted one before it, and brings back its own', async () => {
  agent = () => result({ exit: { kind: 'stalled', idleMs: 1 }, session: 's-2' });
  const run = await tryOnce({ session: 's-1' });
  expect(requests[0]).toMatchObject({ session: 's-1' });
  expect(run).toMatchObject({ exit: { kind: 'stalled' }, session: 's-2' });
});
