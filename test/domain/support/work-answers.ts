import { unaffordable } from '../../../domain/budget.ts';
import type { Facts } from '../../../domain/event.ts';
import type { ActionName, Pipeline, Role } from '../../../domain/pipeline.ts';
import { stageOf } from '../../../domain/pipeline.ts';
import type { Report } from '../../../domain/run.ts';
import { NO_USAGE } from '../../../domain/run.ts';
import type { TaskState } from '../../../domain/state.ts';
import { branchOf, idempotencyKey } from '../../../domain/state.ts';
import type { Step } from '../../../domain/step.ts';
import { expectedTip } from '../../../domain/subject.ts';
import type { Verdict } from '../../../domain/verdict.ts';
import { asks, pass, stale } from '../../../domain/verdict.ts';
import { REVIEWER } from './gate-answers.ts';
import type { Effect } from './script.ts';
import type { World } from './world.ts';
import { baseTip, commitOn, read, tipOf } from './world.ts';

export type WorkAnswer = { verdict: Verdict; facts?: Facts };

const USAGE = { ...NO_USAGE, turns: 1, usd: 0.5 };

/** A run of the agent and the push of what it made; `meanwhile` happens between its start and its push. */
export function workStep(
  world: World,
  pipeline: Pipeline,
  state: TaskState,
  step: Step & { kind: 'agent' },
  during: () => Verdict | Effect,
): WorkAnswer {
  const role = pipeline.roles[step.role];
  if (!role) throw new Error(`The pipeline has no role ${step.role}`);
  const unpaid = unaffordable(pipeline, state.ledger, step.role);
  if (unpaid) return unpaid;
  const start = expectedTip(state.subjects) ?? baseTip(world);
  const answer = during();
  switch (answer.kind) {
    case 'same-tree':
    case 'edits-documents':
    case 'keeps-documents':
    case 'reports':
    case 'usual':
      return role.owes === 'judgement'
        ? judgement(world, pipeline, state, step, start, answer)
        : changes(world, state, step, { role, start, effect: answer });
    default:
      return { verdict: answer, facts: { usage: USAGE } };
  }
}

function judgement(
  world: World,
  pipeline: Pipeline,
  state: TaskState,
  step: Step & { kind: 'agent' },
  head: string,
  effect: Effect,
): WorkAnswer {
  const findings = effect.kind === 'reports' ? effect.findings : [];
  const verdict = findings.length > 0 ? 'fail' : 'pass';
  const report: Report = { verdict, summary: `${step.role} read ${head}`, findings, head };
  if (stageOf(pipeline, step.ref.stage).leave.some(({ gate }) => gate === 'review')) {
    const given = verdict === 'pass' ? 'approve' : 'request-changes';
    const review = { reviewer: REVIEWER, head, body: report.summary, findings, state: 'official' as const };
    world.reviews.push({ ...review, verdict: given, at: state.counters.attempt + 1 });
  }
  return { verdict: pass(`the ${step.role} reported ${verdict}`), facts: { usage: USAGE, report } };
}

function changes(
  world: World,
  state: TaskState,
  step: Step & { kind: 'agent' },
  run: { role: Role; start: string; effect: Effect },
): WorkAnswer {
  const { role, start, effect } = run;
  const branch = branchOf(state);
  const sha = `${step.role}-${step.ref.attempt}`;
  const old = read(world, start);
  const writes = effect.kind === 'edits-documents' || (role.owes === 'documents' && effect.kind === 'usual');
  const commit = commitOn(world, start, sha, {
    ...(effect.kind === 'same-tree' ? { tree: old.tree } : {}),
    ...(writes ? { documents: `docs:${sha}` } : {}),
  });
  const tip = tipOf(world, branch);
  if (tip !== undefined && tip !== expectedTip(state.subjects)) {
    const now = read(world, tip);
    const why = `somebody pushed ${tip} while the ${step.role} worked`;
    const facts = { usage: USAGE, tree: now.tree, sideRef: `refs/conveyor/${sha}` };
    return { verdict: stale(why, { head: tip, documents: now.documents }), facts };
  }
  world.branches.set(branch, sha);
  const facts: Facts = {
    usage: USAGE,
    tree: commit.tree,
    subjects: { head: sha, documents: commit.documents },
    pullRequest: state.pullRequest ?? 7 + state.counters.branch,
    ...(role.owes === 'documents' && effect.kind !== 'edits-documents' ? { documents: 'only-its-own' } : {}),
  };
  return { verdict: pass(`the ${step.role} made ${sha}`), facts };
}

export function actionStep(world: World, state: TaskState, action: ActionName): WorkAnswer {
  switch (action) {
    case 'sync':
      return sync(world, state);
    case 'candidate':
      return candidate(state);
    case 'land':
      return land(world, state);
    case 'promote':
      return promote(world, state);
    case 'restore':
      return restore(world, state);
    case 'revert':
      return revert(world, state);
  }
}

function sync(world: World, state: TaskState): WorkAnswer {
  const head = known(state.subjects.head, 'head');
  const tip = tipOf(world, branchOf(state));
  if (tip !== undefined && tip !== expectedTip(state.subjects)) {
    return { verdict: stale(`somebody pushed ${tip}`, { head: tip }) };
  }
  const base = baseTip(world);
  const there = read(world, head);
  const made = there.contains.includes(base)
    ? there
    : commitOn(world, head, `${head}+${base}`, { contains: [...there.contains, base], parents: [head, base] });
  world.branches.set(branchOf(state), made.sha);
  const subjects = { candidate: { sha: made.sha, head, base, tree: made.tree, diff: `diff:${head}` } };
  return { verdict: pass(`${made.sha} is ${head} with ${base}`), facts: { subjects } };
}

function candidate(state: TaskState): WorkAnswer {
  const { sha } = known(state.subjects.candidate, 'candidate');
  const digest = `sha256:${sha}`;
  const artifact = { image: 'shop', digest, revision: sha, buildRun: 'build' };
  const staged = { environment: 'staging', digest, deployId: idempotencyKey(state, 'candidate') };
  return { verdict: pass(`${sha} runs in staging`), facts: { subjects: { artifact, staged } } };
}

function land(world: World, state: TaskState): WorkAnswer {
  const made = known(state.subjects.candidate, 'candidate');
  const tip = baseTip(world);
  if (tip !== made.sha && tip !== made.base) return { verdict: stale(`${world.base} moved to ${tip}`, {}) };
  world.branches.set(world.base, made.sha);
  const previous = world.production ? { previous: { ...world.production } } : {};
  const landed = { candidate: made.sha, base: made.base, ...previous };
  return { verdict: pass(`${world.base} is at ${made.sha}`), facts: { landed } };
}

function promote(world: World, state: TaskState): WorkAnswer {
  const { digest, revision } = known(state.subjects.artifact, 'artifact');
  world.production = { digest, revision };
  const released = { environment: 'production', digest, deployId: idempotencyKey(state, 'promote') };
  return { verdict: pass(`${digest} runs in production`), facts: { subjects: { released } } };
}

function restore(world: World, state: TaskState): WorkAnswer {
  const { previous } = known(state.landed, 'landed');
  if (!previous) return { verdict: asks('nothing ran in production before, so nothing can be restored') };
  world.production = { ...previous };
  return { verdict: pass(`production runs ${previous.digest} again`) };
}

function revert(world: World, state: TaskState): WorkAnswer {
  const { candidate: sha, base } = known(state.landed, 'landed');
  if (baseTip(world) !== sha) return { verdict: asks(`${world.base} moved after landing, so the revert cannot land`) };
  const { tree, documents } = read(world, sha);
  const back = commitOn(world, sha, `revert-${sha}`, { tree: read(world, base).tree });
  world.branches.set(world.base, back.sha);
  const again = commitOn(world, back.sha, `again-${sha}`, { tree, documents, contains: [back.sha] });
  world.branches.set(
    branchOf({ ...state, counters: { ...state.counters, branch: state.counters.branch + 1 } }),
    again.sha,
  );
  return {
    verdict: pass(`${world.base} is back at the tree of ${base}`),
    facts: { subjects: { head: again.sha, documents }, tree },
  };
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The task has no ${what}`);
  return value;
}
