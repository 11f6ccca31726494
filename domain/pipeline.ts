/** The pipeline is data: this file names its columns, `default-pipeline.ts` holds the default table. */

export const GATE_NAMES = [
  'artifacts',
  'approval',
  'ci',
  'protected-paths',
  'review',
  'tests',
  'merge',
  'staging',
  'fresh',
  'health',
] as const;
export type GateName = (typeof GATE_NAMES)[number];

export type PrepareAction = 'sync' | 'land';
export type WorkAction = 'candidate' | 'promote';
export type CompensateAction = 'restore' | 'revert';
export type ActionName = PrepareAction | WorkAction | CompensateAction;

/** Where a task goes when every stage has passed. */
export const DONE = 'done';
/** `onFail` of a gate whose fail no agent can mend: a person is asked instead. */
export const OPERATORS = 'operators';

/** One gate in a row, with its settings resolved (no defaults left to look up). */
export type GateSettings = {
  gate: GateName;
  /** A stage's name, or `operators`. */
  onFail: string;
  /** The fail that reaches the cap asks a person; `none` is never charged. */
  cap: number | 'none';
  /** How long `pending` may last before a person is asked, in milliseconds. */
  limitMs: number;
  /** First and longest distance between two looks, in milliseconds; it doubles in between. */
  pollMs: { first: number; longest: number };
  /** `refused`: the project's policy lets nobody accept this gate, so no question offers it. */
  accept?: 'refused';
};

export type Work = { kind: 'agent'; role: string } | { kind: 'action'; action: WorkAction };

/** One row of the table. */
export type Stage = {
  name: string;
  prepare?: PrepareAction;
  enter: GateSettings[];
  work: Work;
  leave: GateSettings[];
  /** The next stage's name, or `done`. */
  onPass: string;
  /** The stage a fail of the work itself goes to, and the default of each gate's `onFail`. */
  onFail: string;
  /** Run in order when a fail follows landing: takes production and the base branch back. */
  compensate: CompensateAction[];
  /** The per-repository turn this row needs. */
  lane?: string;
};

/** What a role's work must leave behind; decides how an empty result is read. */
export type RoleOwes = 'documents' | 'changes' | 'judgement';

export type Role = {
  owes: RoleOwes;
  /** File names owed under `docs/tasks/<KEY>/`; empty unless the role owes documents. */
  documents: string[];
};

/** The most that agents may spend; absent = as much as it takes. */
export type Budget = { usd?: number; tokens?: number };

/** Travels in the workflow's input: an edited table affects new tasks only. */
export type Pipeline = {
  stages: Stage[];
  roles: Record<string, Role>;
  caps: {
    /** Bounces of the whole task, all gates together. */
    bounces: number;
    /** Inconclusive answers in a row of one gate or work. */
    inconclusive: number;
    /** Stale answers of the whole task. */
    stale: number;
  };
  /** Of a task, over all its agent runs; a `retry` at its end grants as much again. */
  budget?: Budget;
  /** Distance between looks that belong to no gate, in milliseconds. */
  looks: {
    /** After trouble with an integration. */
    troubleMs: number;
    /** While a person holds the card or owes an answer. */
    personMs: number;
    /** First distance between Temporal's own tries of an activity. */
    retryMs: number;
    /** Nudges closer together than this are one. */
    debounceMs: number;
    /** How long a try may be silent before it counts as dead; absent in tables of before: a minute. */
    heartbeatMs?: number;
    /** How long after asking a question is said again, each time once; absent in tables of before: never. */
    remindMs?: number[];
  };
};

export function stageOf(pipeline: Pipeline, name: string): Stage {
  const stage = pipeline.stages.find((row) => row.name === name);
  if (!stage) throw new Error(`The pipeline has no stage "${name}"`);
  return stage;
}

export function stageIndex(pipeline: Pipeline, name: string): number {
  return pipeline.stages.findIndex((row) => row.name === name);
}

/** The first row that needs the same lane: where a task stands when it gave the lane up. */
export function firstLaneStage(pipeline: Pipeline, lane: string): Stage {
  const stage = pipeline.stages.find((row) => row.lane === lane);
  if (!stage) throw new Error(`The pipeline has no row in lane "${lane}"`);
  return stage;
}
