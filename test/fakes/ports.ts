import type {
  AgentRequest,
  AgentRunner,
  Ports,
  PortError,
  ProjectPolicy,
  SwitchListName,
  SwitchName,
} from '../../activities/ports.ts';
import type { WaitingTask } from '../../activities/tasks-port.ts';
import type { IntakePolicy, TaskEnded } from '../../domain/intake/state.ts';
import type { CardRole } from '../../domain/card.ts';
import { DEFAULT_STATE_NAMES } from '../../domain/card.ts';
import { NO_USAGE } from '../../domain/run.ts';
import type { FakeForgeState } from './forge.ts';
import { createFakeForge } from './forge.ts';
import type { FakeReleaseState } from './release.ts';
import { createFakeArtifacts, createFakeEnvironments } from './release.ts';
import type { FakeRepository } from './repository.ts';
import { createFakeRepository } from './repository.ts';
import type { FakeTrackerState } from './tracker.ts';
import { createFakeTracker } from './tracker.ts';
import type { FakeWork } from './workspaces.ts';
import { createFakeWorkspaces } from './workspaces.ts';

type AgentAnswer = Awaited<ReturnType<AgentRunner['run']>>;

/** The outside world in memory. Tests read and change it directly: they are the people, CI and production. */
export type FakeWorld = {
  clock: number;
  repository: FakeRepository;
  forge: FakeForgeState;
  tracker: FakeTrackerState;
  release: FakeReleaseState;
  work: FakeWork;
  policy: ProjectPolicy;
  intake: IntakePolicy;
  freeze: { by: string; reason: string } | undefined;
  off: Set<SwitchName>;
  lists: Map<SwitchListName, readonly string[]>;
  states: Record<CardRole, string>;
  /** Marker → text of what the notifier sent. */
  sent: Map<string, string>;
  started: { key: string; title: string; run: number }[];
  /** When the newest run of a started key closed. */
  closed: Map<string, number>;
  nudged: string[];
  ended: TaskEnded[];
  waiting: WaitingTask[];
  agent: (request: AgentRequest) => AgentAnswer;
  /** `<port>.<method>` → thrown instead of an answer. */
  trouble: Map<string, PortError>;
  /** `<port>.<method>` of every call, in order. */
  calls: string[];
};

const POLICY: ProjectPolicy = {
  version: 'v1',
  requiredContexts: [],
  requiredReviewers: [],
  reviewer: 'conveyor-reviewer',
  protectedPaths: [],
  approvers: [],
  acceptable: [],
  sandboxChecks: [],
  testCommand: [],
  healthWindowMs: 60_000,
};

/** Every port over one world in memory, and the world. `policy` replaces parts of an empty policy. */
export function createFakePorts(policy: Partial<ProjectPolicy> = {}): { ports: Ports; world: FakeWorld } {
  const world: FakeWorld = {
    clock: 1_000_000,
    repository: createFakeRepository(),
    forge: {
      pullRequests: [],
      reviews: [],
      statuses: [],
      protection: { contexts: [], reviewers: [] },
      reviewer: POLICY.reviewer,
      author: 'conveyor',
    },
    tracker: { cards: [], comments: [] },
    release: { registry: [], tags: new Map(), running: new Map(), leases: new Map(), checks: [] },
    work: { left: new Map(), records: new Map(), command: { exitCode: 0, output: '' }, ran: [] },
    policy: { ...POLICY, ...policy },
    intake: { sweepMs: 300_000, fullSweepMs: 3_600_000 },
    freeze: undefined,
    off: new Set(),
    lists: new Map(),
    states: DEFAULT_STATE_NAMES,
    sent: new Map(),
    started: [],
    closed: new Map(),
    nudged: [],
    ended: [],
    waiting: [],
    agent: () => ({
      exit: { kind: 'finished' },
      report: { frontMatter: undefined, text: '' },
      usage: NO_USAGE,
      log: '',
    }),
    trouble: new Map(),
    calls: [],
  };
  return { ports: observed(portsOf(world), world), world };
}

function portsOf(world: FakeWorld): Ports {
  const now = () => world.clock;
  return {
    tasks: {
      async state(key) {
        const run = world.started.findLast((one) => one.key === key)?.run;
        if (run === undefined) return { kind: 'none' };
        const at = world.closed.get(key);
        return at === undefined ? { kind: 'open', run } : { kind: 'closed', run, at };
      },
      async start(_project, item, run) {
        if (world.started.some((one) => one.key === item.key && one.run >= run)) return 'exists';
        world.started.push({ key: item.key, title: item.title, run });
        world.closed.delete(item.key);
        return 'started';
      },
      async nudge(key) {
        world.nudged.push(key);
      },
      async ended(_project, ended) {
        world.ended.push(ended);
      },
      waiting: async () => world.waiting,
    },
    tracker: createFakeTracker(world.tracker, now),
    forge: createFakeForge(world.repository, world.forge, now),
    workspaces: createFakeWorkspaces(world.repository, world.work),
    runner: { run: async (request) => world.agent(request), endEarlier: async () => {} },
    artifacts: createFakeArtifacts(world.release),
    environments: createFakeEnvironments(world.release),
    notifier: {
      async send({ marker, text }) {
        world.sent.set(marker, text);
      },
    },
    leases: { take: async () => now(), release: async () => {} },
    switches: { on: (name) => !world.off.has(name), listed: (name) => world.lists.get(name) },
    policies: {
      of: () => world.policy,
      intake: () => world.intake,
      states: () => world.states,
      freeze: async () => world.freeze,
    },
  };
}

/** Notes every call, and throws where the world has trouble. */
function observed(ports: Ports, world: FakeWorld): Ports {
  const wrapped = Object.entries(ports).map(([name, port]) => [name, observedPort(name, port, world)]);
  return Object.fromEntries(wrapped) as Ports;
}

function observedPort(name: string, port: object, world: FakeWorld): object {
  return new Proxy(port, {
    get(target, key, receiver) {
      const method: unknown = Reflect.get(target, key, receiver);
      if (typeof method !== 'function') return method;
      const call = `${name}.${String(key)}`;
      return (...given: unknown[]): unknown => {
        world.calls.push(call);
        const trouble = world.trouble.get(call);
        if (trouble) throw trouble;
        return Reflect.apply(method, target, given);
      };
    },
  });
}
