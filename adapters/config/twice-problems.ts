import type { Located } from './schema-problems.ts';
import { at, valueAt } from './schema-problems.ts';
import type { Path } from './yaml-file.ts';

/** One use of something that only one place of the file may use; `id` tells what is the same. */
type Use = { path: Path; id: string; taken: (first: string) => string; name: string };

/** What two places of the file claim and only one can have. The later one is the problem. */
export function twiceProblems(value: unknown, projects: readonly string[]): Located[] {
  const seen = new Map<string, string>();
  return [...portsOf(value, projects), ...webhooksOf(value, projects), ...notifiersOf(value)].flatMap((use) => {
    const first = seen.get(use.id);
    seen.set(use.id, first ?? use.name);
    return first === undefined ? [] : [at(use.path, use.taken(first))];
  });
}

function portsOf(value: unknown, projects: readonly string[]): Use[] {
  return projects.flatMap((key) =>
    ['staging', 'production'].flatMap((part) => {
      const path = ['projects', key, 'environments', part, 'port'];
      const port = valueAt(value, path);
      if (typeof port !== 'number') return [];
      const taken = (first: string): string => `port ${port} is already the one of ${first}`;
      return [{ path, id: `port ${port}`, taken, name: `${key}/${part}` }];
    }),
  );
}

/** A webhook names its project by these: two projects under one name could not be told apart. */
function webhooksOf(value: unknown, projects: readonly string[]): Use[] {
  return projects.flatMap((key) =>
    ['planeProject', 'giteaRepo'].flatMap((kind) => {
      const path = ['projects', key, 'webhooks', kind];
      const name = valueAt(value, path);
      if (typeof name !== 'string') return [];
      const taken = (first: string): string => `${kind} "${name}" is already the one of ${first}`;
      return [{ path, id: `${kind} ${name.toLowerCase()}`, taken, name: key }];
    }),
  );
}

function notifiersOf(value: unknown): Use[] {
  const written = valueAt(value, ['notify']);
  return (Array.isArray(written) ? written : []).map((notifier: unknown, index) => {
    const [kind, url, chat] = ['kind', 'url', 'chat'].map((key) => valueAt(notifier, [key]));
    const taken = (first: string): string => `this notifier is already there, as number ${first}`;
    return {
      path: ['notify', index],
      id: `notifier ${JSON.stringify([kind, url, String(chat)])}`,
      taken,
      name: String(index + 1),
    };
  });
}
