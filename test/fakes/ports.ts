import type {
  AgentRequest,
  AgentRunner,
  Item,
  Ports,
  PortError,
  ProjectPolicy,
  SwitchName,
} from '../../activities/ports.ts';
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
  freeze: { by: string; reason: string } | undefined;
  off: Set<SwitchName>;
  /** Marker → text of what the notifier sent. */
  sent: Map<string, string>;
  started: Item[];
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
    work: { left: new Map(), command: { exitCode: 0, output: '' }, ran: [] },
    policy: { ...POLICY, ...policy },
    freeze: undefined,
    off: new Set(),
    sent: new Map(),
    started: [],
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
      async start(_project, item) {
        if (world.started.some(({ key }) => key === item.key)) return 'exists';
        world.started.push(item);
        return 'started';
      },
    },
    tracker: createFakeTracker(world.tracker, now),
    forge: createFakeForge(world.repository, world.forge, now),
    workspaces: createFakeWorkspaces(world.repository, world.work),
    runner: { run: async (request) => world.agent(request) },
    artifacts: createFakeArtifacts(world.release),
    environments: createFakeEnvironments(world.release),
    notifier: {
      async send({ marker, text }) {
        world.sent.set(marker, text);
      },
    },
    leases: { take: async () => now(), release: async () => {} },
    switches: { on: (name) => !world.off.has(name) },
    policies: { of: () => world.policy, freeze: async () => world.freeze },
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
