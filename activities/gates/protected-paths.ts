import { baseTip, known } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** What the head changes, and which paths only a person may change. */
export async function collectProtectedPaths(ports: Ports, look: Look): Promise<Collected> {
  const head = known(look.subjects.head, look, 'a head');
  const { repo, key } = look.spec;
  const { changedPaths } = await ports.workspaces.inspect({ repo, key, sha: head, base: await baseTip(ports, look) });
  const policy = { globs: look.policy.protectedPaths };
  return { seen: { gate: 'protected-paths', evidence: { head, changedPaths }, policy } };
}
