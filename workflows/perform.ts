/** Carries out one step and says what came of it. No rule lives here: `domain/` decides, this only asks. */

import { budgetLeft, unaffordable } from '../domain/budget.ts';
import { concludeRun } from '../domain/conclude.ts';
import type { Event, Facts } from '../domain/event.ts';
import { owedToCandidate } from '../domain/gates/registry.ts';
import type { GateName, Pipeline, Role, Stage } from '../domain/pipeline.ts';
import { stageOf } from '../domain/pipeline.ts';
import { rereadBefore } from '../domain/reread.ts';
import type { AgentRun } from '../domain/run.ts';
import { sessionToContinue } from '../domain/run.ts';
import { sayReport } from '../domain/say-report.ts';
import type { TaskState } from '../domain/state.ts';
import { branchOf, idempotencyKey } from '../domain/state.ts';
import type { Step } from '../domain/step.ts';
import type { SubjectRef } from '../domain/subject.ts';
import { expectedTip, subjectRef } from '../domain/subject.ts';
import type { Verdict } from '../domain/verdict.ts';
import { stale } from '../domain/verdict.ts';
import type { JudgeInput } from '../activities/gates/input.ts';
import type { ActionInput } from '../activities/release/input.ts';
import type { Bound } from './activities.ts';
import { askPerson, isToldOnForge, remark, remind, writeCard } from './card.ts';
import type { Desk } from './messages.ts';

type Active = Exclude<Step, { kind: 'wait' | 'finish' | 'take-lane' | 'release-lane' }>;
/** An event before the workflow's clock has stamped it. */
export type Answer = Event extends infer E ? (E extends { at: number } ? Omit<E, 'at'> : never) : never;

/** Everything a step is carried out with. The desk keeps finished work until its result has left it. */
export type Tools = { bound: Bound; pipeline: Pipeline; desk: Desk };

export function perform({ bound, pipeline, desk }: Tools, state: TaskState, step: Active): Promise<Answer> {
  switch (step.kind) {
    case 'judge':
      return judge(bound, pipeline, state, step);
    case 'agent':
      return work({ bound, pipeline, desk }, state, step);
    case 'prepare':
    case 'act':
    case 'compensate':
      return act(bound, pipeline, state, step);
    case 'ask':
      return askPerson(bound, state, step.question);
    case 'write-card':
      return writeCard(bound, pipeline, state, step.role);
    case 'remark':
      return remark(bound, state, step.remark);
    case 'remind':
      return remind(bound, state, step);
  }
}

async function judge(
  { control }: Bound,
  pipeline: Pipeline,
  state: TaskState,
  step: Step & { kind: 'judge' },
): Promise<Answer> {
  const stage = stageOf(pipeline, step.ref.stage);
  const input = judgeInput(pipeline, state, stage, step.gate.gate, step.subject);
  const summary = `${stage.name}: read ${step.gate.gate}`;
  const { verdict, health, approvers } = await control.judgeGate.executeWithOptions({ summary }, [input]);
  return {
    kind: 'answered',
    step: step.ref,
    verdict,
    ...(step.subject ? { subject: step.subject } : {}),
    ...(health || approvers ? { facts: { ...(health && { health }), ...(approvers && { approvers }) } } : {}),
  };
}

function judgeInput(
  pipeline: Pipeline,
  state: TaskState,
  stage: Stage,
  gate: GateName,
  subject: SubjectRef | undefined,
): JudgeInput {
  const role = stage.work.kind === 'agent' ? roleOf(pipeline, stage.work.role) : undefined;
  const report = state.reports[stage.name];
  const woken = state.wait?.status;
  return {
    spec: state.spec,
    branch: branchOf(state),
    at: Date.now(),
    gate,
    stage: { name: stage.name, ...(stage.lane ? { lane: stage.lane } : {}), ...(role ? { role } : {}) },
    subjects: state.subjects,
    ...(subject ? { subject } : {}),
    ...(state.pullRequest === undefined ? {} : { pullRequest: state.pullRequest }),
    ...(report ? { report } : {}),
    approvals: state.approvals,
    acceptances: state.acceptances,
    passed: state.passed,
    owed: owedToCandidate(pipeline, stage.name),
    ...(state.landed ? { landed: state.landed } : {}),
    ...(state.health ? { health: state.health } : {}),
    ...(woken === 'due-by-timer' ? { wokenBy: 'timer' as const } : {}),
    ...(woken === 'due-by-nudge' ? { wokenBy: 'nudge' as const } : {}),
  };
}

function roleOf(pipeline: Pipeline, name: string): Role & { name: string } {
  const role = pipeline.roles[name];
  if (!role) throw new Error(`The pipeline has no role "${name}"`);
  return { name, ...role };
}

/** Run, conclude, and only what the run may leave behind is pushed or published. */
async function work(tools: Tools, state: TaskState, step: Step & { kind: 'agent' }): Promise<Answer> {
  const { pipeline, desk } = tools;
  const role = roleOf(pipeline, step.role);
  const attempt = idempotencyKey(state, 'work');
  // Trouble while the result is pushed must not cost the work: the same attempt is not run again.
  const done = desk.done?.attempt === attempt ? desk.done.run : undefined;
  const unpaid = done ? undefined : unaffordable(pipeline, state.ledger, role.name);
  if (unpaid) return { kind: 'answered', step: step.ref, ...unpaid };
  const run = done ?? (await runAgent(tools, state, step, role));
  desk.done = { attempt, run };
  const verdict = concludeRun(role, run, role.name);
  const spent = spentBy(run, sessionHere(state));
  const kept = verdict.kind === 'pass' ? await handIn(tools, state, step, run) : { facts: {} };
  delete desk.done;
  return { kind: 'answered', step: step.ref, verdict: kept.verdict ?? verdict, facts: { ...spent, ...kept.facts } };
}

/** What the run cost, and what the next one needs to know when it did not come to its end. */
function spentBy(run: AgentRun, continued: string | undefined): Facts {
  const session = sessionToContinue(run, continued);
  return {
    usage: run.usage,
    ...(session === undefined ? {} : { session }),
    ...(run.exit.kind === 'over-budget' ? { budget: 'spent' as const } : {}),
  };
}

/** Of the run that was interrupted here. */
function sessionHere({ interrupted, position }: TaskState): string | undefined {
  return interrupted?.stage === position.stage ? interrupted.session : undefined;
}

function runAgent(
  { bound: { agents }, pipeline }: Tools,
  state: TaskState,
  step: Step & { kind: 'agent' },
  role: Role & { name: string },
): Promise<AgentRun> {
  const start = expectedTip(state.subjects);
  const budget = budgetLeft(pipeline, state.ledger);
  const session = sessionHere(state);
  return agents.runAgent.executeWithOptions({ summary: `${role.name}, attempt ${step.ref.attempt}` }, [
    {
      spec: state.spec,
      role,
      attempt: idempotencyKey(state, 'work'),
      number: step.ref.attempt,
      branch: branchOf(state),
      ...(start === undefined ? {} : { start }),
      findings: state.findings,
      words: state.words,
      ...(state.sideRef === undefined ? {} : { sideRef: state.sideRef }),
      ...(session === undefined ? {} : { session }),
      ...(budget === undefined ? {} : { budget }),
    },
  ]);
}

function handIn(
  { bound, pipeline }: Tools,
  state: TaskState,
  step: Step & { kind: 'agent' },
  run: AgentRun,
): Promise<Kept> {
  const role = roleOf(pipeline, step.role);
  return role.owes === 'judgement'
    ? publish(bound, pipeline, state, step, run)
    : push(bound, state, idempotencyKey(state, 'work'), role, run);
}

type Kept = { verdict?: Verdict; facts: Facts };

async function push(
  bound: Bound,
  state: TaskState,
  attempt: string,
  role: Role & { name: string },
  run: AgentRun,
): Promise<Kept> {
  const expected = expectedTip(state.subjects) ?? null;
  const answer = await bound.control.pushWork.executeWithOptions({ summary: `push what the ${role.name} made` }, [
    {
      spec: state.spec,
      attempt,
      branch: branchOf(state),
      head: run.head,
      tree: run.tree,
      expected,
      ...(state.pullRequest === undefined ? {} : { pullRequest: state.pullRequest }),
      summary: run.report.kind === 'valid' ? sayReport(run.report.report) : '',
      owed: role.documents,
    },
  ]);
  switch (answer.kind) {
    case 'pushed': {
      const { kind: _pushed, ...facts } = answer;
      return { facts };
    }
    case 'moved': {
      const why = `somebody pushed to ${branchOf(state)} while the ${role.name} worked`;
      return { verdict: stale(why, answer.subjects), facts: { tree: answer.tree, sideRef: run.sideRef } };
    }
  }
}

/** A review goes to the forge, where its gate reads it; any other judgement is kept here and told on the card. */
async function publish(
  { control, tracker }: Bound,
  pipeline: Pipeline,
  state: TaskState,
  step: Step & { kind: 'agent' },
  run: AgentRun,
): Promise<Kept> {
  if (run.report.kind !== 'valid') return { facts: {} };
  const { report } = run.report;
  const attempt = idempotencyKey(state, 'report');
  const common = { spec: state.spec, attempt, role: step.role, report };
  if (isToldOnForge(pipeline, step.ref.stage) && state.pullRequest !== undefined) {
    const input = { ...common, pullRequest: state.pullRequest };
    await control.publishReview.executeWithOptions({ summary: `publish the ${step.role}'s review` }, [input]);
  } else if (report.verdict !== 'pass') {
    // What passed is told with the card's last state.
    await tracker.publishReport.executeWithOptions({ summary: `publish the ${step.role}'s report` }, [common]);
  }
  return { facts: { report } };
}

async function act(
  { release }: Bound,
  pipeline: Pipeline,
  state: TaskState,
  step: Step & { kind: 'prepare' | 'act' | 'compensate' },
): Promise<Answer> {
  const { action, ref } = step;
  const rests = rereadBefore(pipeline, state, action);
  const input: ActionInput = {
    spec: state.spec,
    branch: branchOf(state),
    attempt: idempotencyKey(state, action),
    subjects: state.subjects,
    ...(state.pullRequest === undefined ? {} : { pullRequest: state.pullRequest }),
    ...(state.landed ? { landed: state.landed } : {}),
    lease: state.lease?.number ?? 0,
    nextBranch: branchOf({ ...state, counters: { ...state.counters, branch: state.counters.branch + 1 } }),
    rejudge: rests.map(({ stage, gate, kind }) =>
      judgeInput(pipeline, state, stage, gate, subjectRef(state.subjects, kind)),
    ),
  };
  const summary = `${ref.stage}: ${action}`;
  const { verdict, facts } = await release[action].executeWithOptions({ summary }, [input]);
  return { kind: 'answered', step: ref, verdict, ...(facts ? { facts } : {}) };
}
