import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import type { Queues } from '../../workflows/messages.ts';
import type { Setting } from '../worker-identity.ts';
import { formatSetting, parseIdentity } from '../worker-identity.ts';
import type { Check } from './check.ts';
import { fail, ok, orFail, warn } from './check.ts';

const CALL_MS = 5_000;
/** A worker that runs asks again every minute; the server remembers those that stopped for five. */
const LATELY_MS = 75_000;

/** The protocol's numbers; their names are in a package of the SDK's own. */
const WORKFLOWS = 1;
const ACTIVITIES = 2;
/** A queue and the kind of work it is asked for. */
type Asked = { queue: string; type: typeof WORKFLOWS | typeof ACTIVITIES };

export type Poller = { identity: string; at: number };

type Options = { client: Client; namespace: string; queues: readonly Queues[]; mine: Setting; now: number };

/** Who asks for work on each queue, and whether all of them run alike. */
export async function checkWorkers(options: Options): Promise<Check[]> {
  const seen: Poller[] = [];
  const checks: Check[] = [];
  for (const { queue, type } of queuesOf(options.queues)) {
    checks.push(
      await orFail(`queue ${queue}`, async () => {
        const pollers = (await pollersOf({ queue, type }, options)).filter(({ at }) => at > options.now - LATELY_MS);
        seen.push(...pollers);
        return pollersCheck(queue, pollers);
      }),
    );
  }
  return [...checks, ...(seen.length === 0 ? [] : [compareWorkers(seen, options.mine)])];
}

/** Each queue once. A worker of ours that asks the control queue for workflows asks it for activities as well. */
function queuesOf(projects: readonly Queues[]): Asked[] {
  const control = new Set(projects.map((queues) => queues.control));
  const others = new Set(projects.flatMap(({ agents, release, tracker }) => [agents, release, tracker]));
  return [
    ...[...control].map((queue): Asked => ({ queue, type: WORKFLOWS })),
    ...[...others].map((queue): Asked => ({ queue, type: ACTIVITIES })),
  ];
}

async function pollersOf({ queue, type }: Asked, { client, namespace }: Options): Promise<Poller[]> {
  const { pollers } = await client.withDeadline(Date.now() + CALL_MS, () =>
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- see above
    client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: type }),
  );
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    at: optionalTsToMs(lastAccessTime) ?? 0,
  }));
}

function pollersCheck(queue: string, pollers: readonly Poller[]): Check {
  const names = [...new Set(pollers.map(({ identity }) => parseIdentity(identity)?.process ?? identity))];
  if (names.length > 0) return ok(`queue ${queue}`, `polled by ${names.join(', ')}`);
  return fail(`queue ${queue}`, 'no worker polls it: nothing of this kind goes on', 'conveyor dev, or start a worker');
}

/** Warns when workers differ from each other, or from the configuration read here. */
export function compareWorkers(pollers: readonly Poller[], mine: Setting): Check {
  const identities = [...new Set(pollers.map(({ identity }) => identity))].toSorted();
  const settings = identities.map((identity) => ({ identity, parsed: parseIdentity(identity) }));
  const silent = settings.filter(({ parsed }) => parsed === undefined).map(({ identity }) => identity);
  if (silent.length > 0) return warn('workers', `do not say how they run: ${silent.join(', ')}`, 'restart them');
  const here = formatSetting(mine);
  const kinds = new Set(settings.map(({ parsed }) => (parsed ? formatSetting(parsed) : '')));
  const [only] = kinds;
  if (kinds.size > 1) return warn('workers', `run differently: ${identities.join('; ')}`, 'restart the older ones');
  if (only !== here) {
    return warn('workers', `run with ${only}, this configuration is ${here}`, 'restart them, if this is the newer one');
  }
  return ok('workers', `all run alike: ${here}`);
}
