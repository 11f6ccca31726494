import { baseTip, known } from './look.ts';
import type { Collected, Look } from './look.ts';
import type { Ports } from '../ports.ts';

/** The documents at the head, and what the row's role owes. */
export async function collectArtifacts(ports: Ports, look: Look): Promise<Collected> {
  const head = known(look.subjects.head, look, 'a head');
  const { role } = look.stage;
  const { repo, key } = look.spec;
  const { documents } = await ports.workspaces.inspect({ repo, key, sha: head, base: await baseTip(ports, look) });
  const evidence = { head, role: role?.name ?? look.stage.name, owed: role?.documents ?? [], documents };
  return { seen: { gate: 'artifacts', evidence } };
}
