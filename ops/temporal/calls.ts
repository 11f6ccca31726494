import type { Client } from '@temporalio/client';
import { grpcCode, saidBy } from '../../app/unanswered.ts';
import { OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

const CALL_MS = 10_000;

/** Every call ends: a server that is gone is told, not waited for. */
export function bounded<T>(client: Client, request: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + CALL_MS, request);
}

/** The server's errors as a command tells them; any other error as it is. */
export function serverTrouble(error: unknown): unknown {
  if (error instanceof OpsError || grpcCode(error) === undefined) return error;
  const what = `Temporal does not answer (${saidBy(error)}).`;
  return new OpsError({ what, run: 'conveyor doctor', exit: EXIT.refused }, error);
}
