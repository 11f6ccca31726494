import { execa } from 'execa';
import { OWN_SETTINGS_ONLY } from './server-command.ts';

const COMMAND_MS = 10_000;

/** One operator command's end; `detail` is what it said on stderr. */
export type OperatorResult = { kind: 'done' } | { kind: 'refused'; detail: string };

/** Runs a CLI command against one server and no other, whatever the person's own Temporal settings say. */
export async function operate(cliPath: string, address: string, args: readonly string[]): Promise<OperatorResult> {
  const ran = await execa(cliPath, [...args, ...OWN_SETTINGS_ONLY, '--address', address], {
    reject: false,
    timeout: COMMAND_MS,
    stdin: 'ignore',
  });
  return ran.failed
    ? { kind: 'refused', detail: ran.stderr?.trim() || (ran.shortMessage ?? 'no reason given') }
    : { kind: 'done' };
}
