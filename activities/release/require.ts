import type { TaskSpec } from '../../domain/state.ts';
import type { Forge } from '../ports.ts';
import { PortError } from '../ports.ts';

/** The subject an action cannot do without; a table that runs it too early is a configuration error. */
export function requireSubject<T>(subject: T | undefined, kind: string, action: string): T {
  if (subject !== undefined) return subject;
  throw new PortError(
    'Pipeline.SubjectMissing',
    `"${action}" needs a ${kind}, and no row before it makes one`,
    'config',
  );
}

export async function requireBase(forge: Pick<Forge, 'tip'>, { repo, base }: TaskSpec): Promise<string> {
  const tip = await forge.tip(repo, base);
  if (tip !== undefined) return tip;
  throw new PortError(
    'Forge.BranchMissing',
    `${repo} has no branch "${base}"; create it or mend conveyor.yaml`,
    'config',
  );
}
