import { PortError } from '../../activities/ports.ts';

/** One line of the doctor. `run`: the command, or the change, that helps. */
export type Check = { check: string; result: 'ok' | 'warn' | 'fail'; say: string; run?: string };

export function ok(check: string, say: string): Check {
  return { check, result: 'ok', say };
}

export function warn(check: string, say: string, run?: string): Check {
  return { check, result: 'warn', say, ...(run === undefined ? {} : { run }) };
}

export function fail(check: string, say: string, run?: string): Check {
  return { check, result: 'fail', say, ...(run === undefined ? {} : { run }) };
}

/** What a look that throws is told as: our own errors say what to do themselves. */
export async function orFail(check: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof PortError) return fail(check, error.message);
    return fail(check, `could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
  }
}
