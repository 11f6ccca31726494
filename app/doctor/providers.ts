import type { Ports } from '../../activities/ports.ts';
import type { Config, ProjectConfig } from '../../adapters/config/config.ts';
import { missingSecrets } from '../../adapters/config/missing-secrets.ts';
import type { Environment } from '../../adapters/config/environment.ts';
import type { Check } from './check.ts';
import { fail, ok, orFail, warn } from './check.ts';

const READY_MS = 3_000;

/** Tracker, forge and repository of each project, as the workers would reach them from here. */
export async function checkProviders(config: Config, ports: Pick<Ports, 'tracker' | 'forge'>): Promise<Check[]> {
  const found: Check[] = [];
  for (const project of Object.values(config.projects)) {
    found.push(await checkTracker(project, ports), await checkRepository(project, ports));
  }
  return found;
}

function checkTracker({ key, states }: ProjectConfig, { tracker }: Pick<Ports, 'tracker'>): Promise<Check> {
  const name = `tracker of ${key}`;
  return orFail(name, async () => {
    // No card has this key: the cheapest read that makes the tracker compare its states with ours.
    await tracker.item(key, `${key}-0`);
    return ok(name, `answers and has ${Object.values(states).join(', ')}`);
  });
}

function checkRepository({ key, repo, base }: ProjectConfig, { forge }: Pick<Ports, 'forge'>): Promise<Check> {
  const name = `repository of ${key}`;
  return orFail(name, async () => {
    const tip = await forge.tip(repo, base);
    if (tip === undefined) return fail(name, `${repo} has no branch ${base}`, `push ${base}, or set base to another`);
    return ok(name, `${repo}, ${base} is at ${tip.slice(0, 7)}`);
  });
}

/** Where people are told; nothing is sent. */
export function checkNotifiers(config: Config, environment: Environment): Check {
  const [missing] = missingSecrets(config, environment);
  if (missing) return fail('notifier', missing.message);
  const kinds = config.notify.map(({ kind }) => kind).join(', ');
  if (environment.CONVEYOR_NOTIFICATIONS_ENABLED) return ok('notifier', kinds);
  return warn('notifier', `${kinds}, but nothing is sent: CONVEYOR_NOTIFICATIONS_ENABLED is false`);
}

/** The webhook endpoint, asked the way a load balancer asks it. Without it timers do its work, later. */
export async function checkEndpoint(apiUrl: string): Promise<Check> {
  const name = 'webhook endpoint';
  const url = new URL('/readyz', apiUrl).href;
  const late = 'changes are found by timers only';
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(READY_MS), redirect: 'error' });
    await response.body?.cancel();
    if (response.ok) return ok(name, `${url} answers ${response.status}`);
    return warn(name, `${url} answers ${response.status}: ${late}`, 'look at its log');
  } catch {
    return warn(name, `${url} does not answer: ${late}`, 'conveyor dev, or start the API');
  }
}
