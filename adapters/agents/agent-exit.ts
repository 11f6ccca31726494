import type { AgentExit } from '../../domain/run.ts';
import type { ProcessEnd } from './agent-process.ts';
import type { Said } from './result-lines.ts';
import type { Stopped } from './stopped.ts';
import { notInstalled } from './find-program.ts';

const MOST_CHARACTERS = 300;
/** What our own wrapper says: that it could not execute the agent, and that a signal killed the agent. */
const NOT_EXECUTED = /^unshare: failed to execute (.*)$/;
const WRAPPER_NOTE = /^unshare: child exit failed/;

/** How the run ended, in the domain's words. Throws `Agent.NotInstalled` when the program could not be executed. */
export function exitOf(
  end: ProcessEnd | Stopped,
  seen: { stderr: string; quota: Said['quota']; wrapped: boolean },
): AgentExit {
  if (end.kind !== 'exited') return end;
  if (end.code === 0) return { kind: 'finished' };
  const said = lines(seen.stderr);
  const last = said.at(-1) ?? '';
  const refused = seen.wrapped ? NOT_EXECUTED.exec(last)?.[1] : undefined;
  if (refused !== undefined) throw notInstalled(`The agent program cannot be executed (${refused}).`);
  const words = (seen.wrapped ? said.findLast((line) => !WRAPPER_NOTE.test(line)) : last) ?? '';
  if (seen.quota) return { kind: 'quota', ...seen.quota, detail: words || 'the provider refuses further work' };
  const how = seen.wrapped && WRAPPER_NOTE.test(last) ? 'killed by a signal' : cause(end);
  return { kind: 'crashed', detail: words === '' ? how : `${how}: ${words}` };
}

function cause({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit status ${code}` : `killed by ${signal}`;
}

function lines(stderr: string): string[] {
  return stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => (line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS - 1)}…`));
}
