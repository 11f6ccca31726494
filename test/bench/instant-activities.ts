import { createHash } from 'node:crypto';
import type { Activities } from '../../activities/index.ts';
import type { AgentInput } from '../../activities/agent.ts';
import type { JudgeInput } from '../../activities/gates/input.ts';
import type { ActionAnswer, ActionInput } from '../../activities/release/input.ts';
import type { AgentRun } from '../../domain/run.ts';
import { NO_USAGE } from '../../domain/run.ts';
import type { Candidate, Release } from '../../domain/subject.ts';
import type { Facts } from '../../domain/event.ts';
import { sameSubject } from '../../domain/subject.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { asks, pass } from '../../domain/verdict.ts';
import type { Followed } from './plan.ts';

const BASE = hex('base');

/** Every activity answers at once from memory, with answers as long as real ones. `planOf` takes the task's key. */
export function instantActivities(planOf: (key: string) => Followed): Activities {
  const act =
    (facts: (input: ActionInput) => Facts) =>
    async (input: ActionInput): Promise<ActionAnswer> => ({
      verdict: pass(`${input.attempt} is done`),
      facts: facts(input),
    });
  return {
    judgeGate: async (input) => ({ verdict: judge(input, planOf(input.spec.key)) }),
    runAgent: async (input) => agentRun(input, planOf(input.spec.key)),
    pushWork: async ({ spec, head, tree, pullRequest = 1 }) => ({
      kind: 'pushed',
      subjects: { head, documents: hash(`documents of ${spec.key}`) },
      tree,
      pullRequest,
    }),
    publishReview: nothing,
    publishReport: nothing,
    notify: nothing,
    writeCard: async ({ spec, role, notices = [] }) => {
      if (role === 'asking') planOf(spec.key).asked();
      return { kind: 'written', notices: notices.length > 0 ? 'sent' : 'none' };
    },
    remark: nothing,
    readCard: async () => ({ kind: 'card', role: 'entry', stateName: 'In Progress' }),
    sweep: async () => ({
      policy: { sweepMs: 300_000, fullSweepMs: 3_600_000 },
      listing: 'none',
      overlap: {},
      changed: [],
      gone: [],
      ended: [],
      open: [],
    }),
    admit: async () => ({ kind: 'left' }),
    nudgeTasks: nothing,
    digest: async () => ({}),
    sync: act(({ subjects: { head = BASE } }) => ({ subjects: { candidate: candidateOf(head) } })),
    candidate: act(({ attempt, subjects: { candidate } }) => {
      const revision = candidate?.sha ?? BASE;
      const artifact = { image: 'product', digest: `sha256:${hash(revision)}`, revision, buildRun: attempt };
      return { subjects: { artifact, staged: releaseOf('staging', artifact.digest, attempt) } };
    }),
    land: act(({ subjects: { candidate } }) => ({ landed: { candidate: candidate?.sha ?? BASE, base: BASE } })),
    promote: act(({ attempt, subjects: { artifact } }) => ({
      subjects: { released: releaseOf('production', artifact?.digest ?? '', attempt) },
    })),
    restore: act(() => ({})),
    revert: act(() => ({})),
  };
}

async function nothing(): Promise<void> {}

/** Only a person approves; every other gate answers as the plan says. */
function judge({ gate, subject, approvals }: JudgeInput, plan: Followed): Verdict {
  const approved = approvals.some((given) => given.answer === 'approve' && sameSubject(given.subject, subject));
  return gate === 'approval' && !approved ? asks('Approve the documents?') : plan.judge(gate);
}

/** Documents and changes move the head, a judgement leaves it where it is. */
function agentRun({ role, attempt, start = BASE }: AgentInput, plan: Followed): AgentRun {
  const head = role.owes === 'judgement' ? start : hex(attempt);
  return {
    exit: { kind: 'finished' },
    report: { kind: 'valid', report: { ...plan.report(role.name), head } },
    start,
    head,
    tree: hex(`tree of ${head}`),
    sideRef: `refs/conveyor/${attempt}`,
    usage: NO_USAGE,
    log: `/var/log/conveyor/${attempt}.log`,
  };
}

function candidateOf(head: string): Candidate {
  return { sha: head, head, base: BASE, tree: hex(`tree of ${head}`), diff: hash(`diff of ${head}`) };
}

function releaseOf(part: string, digest: string, deployId: string): Release {
  return { environment: `bench/${part}`, digest, deployId };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hex(text: string): string {
  return hash(text).slice(0, 40);
}
