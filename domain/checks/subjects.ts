import type { GateName, Pipeline, Stage } from '../pipeline.ts';
import { OPERATORS } from '../pipeline.ts';
import type { TableProblem } from './table.ts';
import { problem, rowOf } from './table.ts';

/** What a task surely has at a point of the table. `report`: a judgement written in this very row. */
type Fact = 'documents' | 'head' | 'report' | 'candidate' | 'artifact' | 'staged' | 'accepted' | 'landed' | 'released';

const MADE_BY: Record<Fact, string> = {
  documents: 'work of a role that owes documents',
  head: 'work of a role that owes documents or changes',
  report: 'work, in this row, of a role that owes a judgement',
  candidate: '"prepare: sync"',
  artifact: '"action: candidate"',
  staged: '"action: candidate"',
  accepted: 'a gate "staging"',
  landed: '"prepare: land"',
  released: '"action: promote"',
};

const GATE_NEEDS: Record<GateName, Fact[]> = {
  artifacts: ['documents'],
  approval: ['documents'],
  ci: ['head'],
  'protected-paths': ['head'],
  review: ['head'],
  tests: ['head', 'report'],
  merge: ['candidate'],
  staging: ['staged'],
  fresh: ['accepted', 'landed'],
  health: ['released'],
};

/** What holds from one phase to the next, and where a missing fact is told. */
type Point = { path: (string | number)[]; what: string; needs: Fact[]; makes: Fact[]; forgets: Fact[]; fails?: string };

/** No row asks about a subject, or acts on one, that no earlier row has made. */
export function checkSubjects(pipeline: Pipeline): TableProblem[] {
  const incoming = factsByRow(pipeline);
  return pipeline.stages.flatMap((stage, row) => {
    const facts = incoming.get(stage);
    if (!facts) return [];
    return walk(facts, pointsOf(pipeline, stage)).flatMap(({ point, before }) => {
      const missing = point.needs.find((fact) => !before.has(fact));
      if (missing === undefined) return [];
      const message = `${point.what} in stage "${stage.name}" has nothing to work on: ${MADE_BY[missing]} must come before it`;
      return [problem(['stages', row, ...point.path], message)];
    });
  });
}

/** Facts that hold however a row is entered: the meet over every pass and fail that leads to it. */
function factsByRow(pipeline: Pipeline): Map<Stage, Set<Fact>> {
  const facts = new Map<Stage, Set<Fact>>();
  const open: { name: string; given: Set<Fact> }[] = [{ name: pipeline.stages[0]?.name ?? '', given: new Set() }];
  for (let edge = open.pop(); edge; edge = open.pop()) {
    const { given } = edge;
    const stage = rowOf(pipeline, edge.name);
    if (!stage) continue;
    const old = facts.get(stage);
    const met = new Set([...given].filter((fact) => !old || old.has(fact)));
    if (old && old.size === met.size) continue;
    facts.set(stage, met);
    open.push(...edgesOf(pipeline, stage, met));
  }
  return facts;
}

function edgesOf(pipeline: Pipeline, stage: Stage, facts: Set<Fact>): { name: string; given: Set<Fact> }[] {
  const steps = walk(facts, pointsOf(pipeline, stage));
  const after = steps.at(-1)?.after ?? facts;
  const fails = steps.flatMap(({ point, before }) =>
    point.fails === undefined || point.fails === OPERATORS
      ? []
      : [{ name: point.fails, given: bounced(stage, before) }],
  );
  return [{ name: stage.onPass, given: after }, ...fails];
}

/** Compensation starts a new branch: of the old one only the work itself is left. */
function bounced(stage: Stage, facts: Set<Fact>): Set<Fact> {
  if (stage.compensate.length === 0) return facts;
  return new Set([...facts].filter((fact) => fact === 'documents' || fact === 'head'));
}

function walk(facts: Set<Fact>, points: Point[]): { point: Point; before: Set<Fact>; after: Set<Fact> }[] {
  let before = new Set<Fact>([...facts].filter((fact) => fact !== 'report'));
  return points.map((point) => {
    const after = new Set<Fact>([...before].filter((fact) => !point.forgets.includes(fact)));
    for (const fact of point.makes) after.add(fact);
    const step = { point, before, after };
    before = after;
    return step;
  });
}

function pointsOf(pipeline: Pipeline, stage: Stage): Point[] {
  const gates = (side: 'enter' | 'leave'): Point[] =>
    stage[side].map(({ gate, onFail }, index) => ({
      path: [side, index, 'gate'],
      what: `gate "${gate}"`,
      needs: gate === 'approval' && stage.lane !== undefined ? ['candidate'] : (GATE_NEEDS[gate] ?? []),
      makes: gate === 'staging' ? ['accepted'] : [],
      forgets: [],
      fails: onFail,
    }));
  return [...preparePoint(stage), ...gates('enter'), workPoint(pipeline, stage), ...gates('leave')];
}

function preparePoint({ prepare, onFail }: Stage): Point[] {
  if (prepare === undefined) return [];
  const point = { path: ['prepare'], what: `"prepare: ${prepare}"`, fails: onFail };
  switch (prepare) {
    case 'sync':
      return [{ ...point, needs: ['head'], makes: ['candidate'], forgets: ['artifact', 'staged', 'accepted'] }];
    case 'land':
      return [{ ...point, needs: ['candidate', 'accepted'], makes: ['landed'], forgets: [] }];
  }
}

function workPoint(pipeline: Pipeline, stage: Stage): Point {
  const { work } = stage;
  const point = { path: ['work'], fails: stage.onFail };
  if (work.kind === 'agent') {
    return { ...point, what: `role "${work.role}"`, ...workOf(pipeline, work.role) };
  }
  const what = `"action: ${work.action}"`;
  switch (work.action) {
    case 'candidate':
      return { ...point, what, needs: ['candidate'], makes: ['artifact', 'staged'], forgets: ['accepted'] };
    case 'promote':
      return { ...point, what, needs: ['artifact', 'landed'], makes: ['released'], forgets: [] };
  }
}

/** A new head forgets the candidate and everything derived from it. */
function workOf(pipeline: Pipeline, role: string): Pick<Point, 'needs' | 'makes' | 'forgets'> {
  const derived: Fact[] = ['candidate', 'artifact', 'staged', 'accepted'];
  switch (pipeline.roles[role]?.owes) {
    case 'documents':
      return { needs: [], makes: ['documents', 'head'], forgets: derived };
    case 'changes':
      return { needs: [], makes: ['head'], forgets: derived };
    case 'judgement':
      return { needs: ['head'], makes: ['report'], forgets: [] };
    case undefined:
      return { needs: [], makes: [], forgets: [] };
  }
}
