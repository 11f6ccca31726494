import type { Client } from '@temporalio/client';
import { readNamespace, RETENTION_DAYS } from '../namespace.ts';
import type { Check } from './check.ts';
import { fail, ok, orFail, warn } from './check.ts';

const CALL_MS = 5_000;

/** The server, and what `setup` makes of the namespace. `reached`: the other looks at Temporal make sense. */
export async function checkTemporal({
  address,
  namespace,
  connect,
}: {
  address: string;
  namespace: string;
  connect: () => Promise<Client>;
}): Promise<{ checks: Check[]; reached: Client | undefined }> {
  let reached: Client | undefined;
  const server = await orFail('Temporal', async () => {
    const client = await connect();
    const { serverVersion } = await client.withDeadline(Date.now() + CALL_MS, () =>
      client.workflowService.getSystemInfo({}),
    );
    reached = client;
    return ok('Temporal', `${address} answers, server ${serverVersion}`);
  });
  if (reached === undefined) return { checks: [server], reached };
  const found = await lookAtNamespace(reached, namespace);
  return { checks: [server, ...found.checks], reached: found.kind === 'there' ? reached : undefined };
}

async function lookAtNamespace(client: Client, name: string): Promise<{ kind: 'there' | 'missing'; checks: Check[] }> {
  let kind: 'there' | 'missing' = 'there';
  const more: Check[] = [];
  const check = await orFail('namespace', async () => {
    const found = await readNamespace(client, name);
    if (found === undefined) {
      kind = 'missing';
      return fail('namespace', `there is no namespace ${name}`, 'conveyor setup');
    }
    more.push(attributesOf(found.attributes));
    if (found.retentionDays >= RETENTION_DAYS)
      return ok('namespace', `${name} keeps closed tasks for ${found.retentionDays} days`);
    const short = `${name} keeps closed tasks for ${found.retentionDays} days only, not for ${RETENTION_DAYS}`;
    return warn('namespace', `${short}: a card moved back later would start as new`, 'conveyor setup');
  });
  return { kind, checks: [check, ...more] };
}

function attributesOf({ missing, otherwise }: { missing: string[]; otherwise: string[] }): Check {
  const name = 'search attributes';
  if (otherwise.length > 0) {
    const what = `${otherwise.join(', ')} have another type than Conveyor's`;
    return fail(name, what, 'another namespace: TEMPORAL_NAMESPACE');
  }
  if (missing.length === 0) return ok(name, 'all are registered');
  return fail(name, `missing: ${missing.join(', ')}; no task can start`, 'conveyor setup');
}
