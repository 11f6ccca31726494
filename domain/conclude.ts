import type { Role, RoleOwes } from './pipeline.ts';
import type { AgentExit, AgentRun, Report } from './run.ts';
import type { Finding, Verdict } from './verdict.ts';
import { asks, fail, inconclusive, never, pass, pending } from './verdict.ts';

const MOST_CHARACTERS = 140;

/** What a role is called where its name is not at hand. */
const WORKER: Record<RoleOwes, string> = { documents: 'author', changes: 'developer', judgement: 'reviewer' };

/**
 * How the work of an agent ended. Pure, total, and about the work alone: a judgement role that reports `fail` has done
 * its work, and a gate judges the report. `name` is the role's, for the sentences.
 */
export function concludeRun(role: Role, run: AgentRun, name: string = WORKER[role.owes]): Verdict {
  return unfinished(run.exit, name) ?? concludeFinished(role, run, name);
}

function unfinished(exit: AgentExit, name: string): Verdict | undefined {
  switch (exit.kind) {
    case 'finished':
      return undefined;
    case 'timed-out':
      return inconclusive(`the ${name} was stopped after ${duration(exit.afterMs)}, its time limit`);
    case 'stalled':
      return inconclusive(`the ${name} was stopped after ${duration(exit.idleMs)} without any sign of work`);
    case 'no-progress':
      return inconclusive(`the ${name} was stopped after ${duration(exit.forMs)} of nothing new and no changed file`);
    case 'over-limit':
      return inconclusive(clip(`the ${name} was stopped: ${exit.detail}`));
    case 'crashed':
      return inconclusive(clip(`the ${name} crashed: ${exit.detail}`));
    case 'over-budget':
      return asks(`the ${name} was stopped over the task's budget: ${exit.detail}`);
    case 'quota':
      return pending(clip(`the provider's quota: ${exit.detail}`), exit.until);
    default:
      return never(exit);
  }
}

function concludeFinished(role: Role, run: AgentRun, name: string): Verdict {
  if (role.owes === 'judgement' && run.head !== run.start) {
    return inconclusive(`the ${name} changed files, which a judge must not; its changes were refused`);
  }
  if (run.report.kind === 'invalid') return inconclusive(clip(`the ${name}'s report is invalid: ${run.report.why}`));
  const { report } = run.report;
  if (report.head !== run.start && report.head !== run.head) {
    return inconclusive(`the ${name} reported on another commit, ${short(report.head)} instead of ${short(run.head)}`);
  }
  return concludeReport(role, run, report, name);
}

function concludeReport(role: Role, run: AgentRun, report: Report, name: string): Verdict {
  switch (report.verdict) {
    case 'gave-up':
      return asks(`the ${name} gave up: ${report.summary}`);
    case 'needs-input':
      return asks(`the ${name} needs input: ${report.summary}`);
    case 'pass':
    case 'fail': {
      const [first, ...rest] = shortfalls(role, run, report, name);
      if (first !== undefined) return fail(first, ...rest);
      return pass(sayDone(role, run, report, name), report.summary);
    }
    default:
      return never(report.verdict);
  }
}

function sayDone({ owes }: Role, { head }: AgentRun, { verdict, summary }: Report, name: string): string {
  return owes === 'judgement'
    ? `the ${name} judged ${short(head)}: ${verdict}`
    : clip(`the ${name} made ${short(head)}: ${summary}`);
}

/** Why the work is not what the role owes; empty when it is. */
function shortfalls(role: Role, run: AgentRun, report: Report, name: string): Finding[] {
  if (role.owes === 'judgement') return [];
  const missing = run.head === run.start ? [{ text: noChanges(role.owes, name) }] : [];
  const admitted = report.verdict === 'fail' ? report.findings : [];
  return [...missing, ...admitted];
}

function noChanges(owes: 'documents' | 'changes', name: string): string {
  const without = owes === 'documents' ? 'writing a document' : 'changing anything';
  return `no changes: the ${name} finished without ${without}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function short(sha: string): string {
  return sha.slice(0, 7);
}

function clip(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}
