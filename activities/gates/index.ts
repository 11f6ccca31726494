import { withAcceptance } from '../../domain/gates/acceptance.ts';
import { judge } from '../../domain/gates/index.ts';
import { GATES } from '../../domain/gates/registry.ts';
import { inOneSentence } from '../../domain/gates/say.ts';
import type { GateName } from '../../domain/pipeline.ts';
import type { SubjectRef } from '../../domain/subject.ts';
import { sameSubject, subjectRef } from '../../domain/subject.ts';
import { asks, inconclusive } from '../../domain/verdict.ts';
import type { Acceptance, Verdict } from '../../domain/verdict.ts';
import type { Ports } from '../ports.ts';
import { collectApproval } from './approval.ts';
import { collectArtifacts } from './artifacts.ts';
import { lookAtBranch } from './branch.ts';
import { collectCi } from './ci.ts';
import { collectFresh } from './fresh.ts';
import { collectHealth } from './health.ts';
import type { JudgeAnswer, JudgeInput } from './input.ts';
import type { Collector, Look } from './look.ts';
import { collectMerge } from './merge.ts';
import { collectProtectedPaths } from './protected-paths.ts';
import { collectReview } from './review.ts';
import { collectStaging } from './staging.ts';
import { collectTests } from './tests.ts';

const COLLECTORS: Readonly<Record<GateName, Collector>> = {
  artifacts: collectArtifacts,
  approval: collectApproval,
  ci: collectCi,
  'protected-paths': collectProtectedPaths,
  review: collectReview,
  tests: collectTests,
  merge: collectMerge,
  staging: collectStaging,
  fresh: collectFresh,
  health: collectHealth,
};

export type GateActivities = { judgeGate: (input: JudgeInput) => Promise<JudgeAnswer> };

/** `now`: the clock samples of production are dated by, in milliseconds. */
export function createGateActivities(ports: Ports, { now = Date.now }: { now?: () => number } = {}): GateActivities {
  return {
    /** One look at a gate: reads the truth, then judges. Throws `PortError` when something could not be read. */
    async judgeGate(input) {
      if (input.wokenBy === 'timer' && !ports.switches.on('CONVEYOR_GATE_TIMERS_ENABLED')) return timersAreOff(input);
      const overtaken = input.landed ? undefined : await lookAtBranch(ports, input);
      if (overtaken) return { verdict: inOneSentence(overtaken) };
      const subject = standingSubject(input);
      if (!subject) return { verdict: withoutSubject(input) };
      const look: Look = { ...input, subject, policy: ports.policies.of(input.spec.project) };
      const { seen, health } = await COLLECTORS[input.gate](ports, look, now);
      const verdict = bind(withAcceptance(judge(seen), acceptanceFor(look)), look);
      return { verdict, ...(health ? { health } : {}), ...approversOf(look, verdict) };
    },
  };
}

function timersAreOff({ health }: JudgeInput): JudgeAnswer {
  const verdict: Verdict = { kind: 'pending', for: 'a nudge: timers are off', unread: true };
  return health ? { verdict, health } : { verdict };
}

/** Whoever asks a person has to be able to say who may answer. */
function approversOf({ gate, policy }: Look, verdict: Verdict): { approvers?: readonly string[] } {
  const named = gate === 'approval' && verdict.kind === 'asks' && policy.approvers.length > 0;
  return named ? { approvers: policy.approvers } : {};
}

/** The subject the step asks about, as long as it is the task's present one. */
function standingSubject({ gate, stage, subject, subjects }: JudgeInput): SubjectRef | undefined {
  const present = subjectRef(subjects, GATES[gate].subject(stage));
  return sameSubject(subject, present) ? present : undefined;
}

function withoutSubject({ gate, stage }: JudgeInput): Verdict {
  const { product, subject } = GATES[gate];
  const why = `${gate} has nothing to judge: the task has no ${subject(stage)}`;
  switch (product) {
    case 'ours':
      return inconclusive(why);
    case 'theirs':
      return asks(why);
  }
}

/** A person's acceptance counts for exactly this gate and subject, where gate and project allow it. */
function acceptanceFor({ gate, subject, acceptances, policy }: Look): Acceptance | undefined {
  if (GATES[gate].acceptable === 'never' || !policy.acceptable.includes(gate)) return undefined;
  return acceptances.find((one) => one.gate === gate && sameSubject(one.subject, subject));
}

/** Writes into the evidence of a pass which exact subject and which version of the policy it is about. */
function bind(verdict: Verdict, { subject, policy }: Look): Verdict {
  if (verdict.kind !== 'pass') return verdict;
  const [first, ...rest] = verdict.evidence;
  return { kind: 'pass', evidence: [first, ...rest, `${subject.kind} ${subject.id}`, `policy ${policy.version}`] };
}
