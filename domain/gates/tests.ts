import type { Report } from '../run.ts';
import type { Finding, Verdict } from '../verdict.ts';
import { asks, inconclusive, pass } from '../verdict.ts';
import { nonEmpty, shortSha, tail } from './say.ts';

export type TestsEvidence = {
  head: string;
  /** The tester's newest report, as kept in the task's state. */
  report?: Report;
  /** The project's own test command, run by us in a clean checkout of the head; absent when none is configured. */
  command?: { line: string; exitCode: number; output: string };
};

/** Passes when the tester's report says so for exactly this head and, if there is one, our own test run ends with 0. */
export function judgeTests({ head, report, command }: TestsEvidence): Verdict {
  if (!report) return inconclusive(`no test report for ${shortSha(head)}`);
  if (report.head !== head) {
    return inconclusive(`the test report is about ${shortSha(report.head)}, not about ${shortSha(head)}`);
  }
  switch (report.verdict) {
    case 'fail':
      return { kind: 'fail', findings: nonEmpty(report.findings) ?? [{ text: report.summary }] };
    case 'gave-up':
    case 'needs-input':
      return asks(`the tester could not test ${shortSha(head)}: ${report.summary}`);
    case 'pass':
      return judgeCommand(head, report, command);
  }
}

function judgeCommand(head: string, report: Report, command: TestsEvidence['command']): Verdict {
  const said = `the tester passed ${shortSha(head)}: ${report.summary}`;
  if (!command) return pass(said);
  if (command.exitCode !== 0) return { kind: 'fail', findings: [asFinding(command)] };
  return pass(said, `${command.line} ended with 0 in a clean checkout of ${shortSha(head)}`);
}

function asFinding({ line, exitCode, output }: NonNullable<TestsEvidence['command']>): Finding {
  const said = tail(output);
  return { text: `${line} ended with ${exitCode}${said === '' ? ' and said nothing' : `:\n${said}`}`, where: line };
}
