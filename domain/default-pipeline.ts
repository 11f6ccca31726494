import type { CompensateAction, GateName, GateSettings, Pipeline, PrepareAction, Stage, Work } from './pipeline.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long a try may be silent where the table does not say. */
export const HEARTBEAT_MS = MINUTE;

type GateRule = Pick<GateSettings, 'cap' | 'limitMs' | 'pollMs'> & { operators: boolean };

const forgePoll = { first: 30 * SECOND, longest: 10 * MINUTE };
const trackerPoll = { first: HOUR, longest: HOUR };

/** Defaults of a gate's settings where the table names only the gate. */
export const GATE_DEFAULTS: Record<GateName, GateRule> = {
  artifacts: { cap: 3, limitMs: HOUR, pollMs: forgePoll, operators: false },
  approval: { cap: 'none', limitMs: 72 * HOUR, pollMs: trackerPoll, operators: false },
  ci: { cap: 3, limitMs: 2 * HOUR, pollMs: forgePoll, operators: false },
  'protected-paths': { cap: 3, limitMs: HOUR, pollMs: forgePoll, operators: true },
  review: { cap: 3, limitMs: 24 * HOUR, pollMs: forgePoll, operators: false },
  tests: { cap: 3, limitMs: HOUR, pollMs: forgePoll, operators: false },
  merge: { cap: 3, limitMs: 2 * HOUR, pollMs: forgePoll, operators: false },
  staging: { cap: 3, limitMs: HOUR, pollMs: forgePoll, operators: false },
  fresh: { cap: 3, limitMs: HOUR, pollMs: forgePoll, operators: true },
  health: { cap: 2, limitMs: HOUR, pollMs: { first: 10 * SECOND, longest: 30 * SECOND }, operators: false },
};

/** A gate as a row of the table writes it, completed from the defaults. */
export function gateSettings(gate: GateName, onFail: string, given: Partial<GateSettings> = {}): GateSettings {
  const { operators, ...rule } = GATE_DEFAULTS[gate];
  return { gate, onFail: operators ? 'operators' : onFail, ...rule, ...given };
}

type Row = {
  prepare?: PrepareAction;
  enter?: GateName[];
  work: string;
  leave: GateName[];
  pass: string;
  fail: string;
  compensate?: CompensateAction[];
  lane?: string;
};

function row(name: string, cells: Row): Stage {
  const [kind, what] = cells.work.split(': ');
  const work =
    kind === 'agent' ? { kind: 'agent', role: String(what) } : { kind: 'action', action: String(what) as 'candidate' };
  return {
    name,
    ...(cells.prepare ? { prepare: cells.prepare } : {}),
    enter: (cells.enter ?? []).map((gate) => gateSettings(gate, cells.fail)),
    work: work as Work,
    leave: cells.leave.map((gate) => gateSettings(gate, cells.fail)),
    onPass: cells.pass,
    onFail: cells.fail,
    compensate: cells.compensate ?? [],
    ...(cells.lane ? { lane: cells.lane } : {}),
  };
}

// prettier-ignore
const stages: Stage[] = [
  row('analysis',       { work: 'agent: analyst',   leave: ['artifacts', 'approval'],   pass: 'architecture',   fail: 'analysis' }),
  row('architecture',   { work: 'agent: architect', leave: ['artifacts'],               pass: 'development',    fail: 'architecture' }),
  row('development',    { work: 'agent: developer', leave: ['ci', 'protected-paths'],   pass: 'review',         fail: 'development' }),
  row('review',         { work: 'agent: reviewer',  leave: ['review'],                  pass: 'testing',        fail: 'development' }),
  row('testing',        { work: 'agent: tester',    leave: ['tests'],                   pass: 'deploy-staging', fail: 'development' }),
  row('deploy-staging', { prepare: 'sync', enter: ['merge'], work: 'action: candidate', leave: ['staging'],
                          pass: 'deploy', fail: 'development', lane: 'release' }),
  row('deploy',         { prepare: 'land', enter: ['fresh'], work: 'action: promote',   leave: ['health'],
                          pass: 'done',   fail: 'development', lane: 'release', compensate: ['restore', 'revert'] }),
];

export const DEFAULT_PIPELINE: Pipeline = {
  stages,
  roles: {
    analyst: { owes: 'documents', documents: ['analysis.md'] },
    architect: { owes: 'documents', documents: ['architecture.md'] },
    developer: { owes: 'changes', documents: [] },
    reviewer: { owes: 'judgement', documents: [] },
    tester: { owes: 'judgement', documents: [] },
  },
  caps: { bounces: 6, inconclusive: 2, stale: 5 },
  looks: {
    troubleMs: 5 * MINUTE,
    personMs: HOUR,
    retryMs: SECOND,
    debounceMs: 2 * SECOND,
    heartbeatMs: HEARTBEAT_MS,
    remindMs: [4 * HOUR, 24 * HOUR, 72 * HOUR],
  },
};
