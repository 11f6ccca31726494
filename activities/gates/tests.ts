import type { TestsEvidence } from '../../domain/gates/tests.ts';
import { known } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** How long the project's own test command may run, in milliseconds. */
export const TEST_COMMAND_MS = 15 * 60_000;

/** The tester's report from the task's state; where it passes this head, also a test run of our own. */
export async function collectTests(ports: Ports, look: Look): Promise<Collected> {
  const head = known(look.subjects.head, look, 'a head');
  const { report } = look;
  const passed = report?.verdict === 'pass' && report.head === head;
  const command = passed ? await runCommand(ports, look, head) : undefined;
  const evidence = { head, ...(report ? { report } : {}), ...(command ? { command } : {}) };
  return { seen: { gate: 'tests', evidence } };
}

async function runCommand(ports: Ports, { spec, policy }: Look, sha: string): Promise<TestsEvidence['command']> {
  const { testCommand: command } = policy;
  if (command.length === 0) return undefined;
  const ran = await ports.workspaces.runIn({ repo: spec.repo, sha, command, timeoutMs: TEST_COMMAND_MS });
  return { line: command.join(' '), ...ran };
}
