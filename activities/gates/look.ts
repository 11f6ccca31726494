import type { GateEvidence } from '../../domain/gates/index.ts';
import type { HealthMemory } from '../../domain/gates/health.ts';
import type { SubjectRef } from '../../domain/subject.ts';
import { PortError } from '../ports.ts';
import type { Ports, ProjectPolicy } from '../ports.ts';
import type { JudgeInput } from './input.ts';

/** A look whose subject is known to stand, with the project's policy as it is now. */
export type Look = JudgeInput & { subject: SubjectRef; policy: ProjectPolicy };

export type Collected = { seen: GateEvidence; health?: HealthMemory };

/** Reads through the ports what one gate is judged by. Throws `PortError` for trouble; a judged no is a value. */
export type Collector = (ports: Ports, look: Look, now: () => number) => Promise<Collected>;

/** What a gate's subject implies is there. Its absence is a fault of the caller, told clearly. */
export function known<T>(value: T | undefined, look: JudgeInput, what: string): T {
  if (value !== undefined) return value;
  throw new PortError(
    'Gate.NoSubject',
    `The gate ${look.gate} of ${look.spec.key} was asked without ${what}; the task's state and its pipeline disagree`,
    'config',
  );
}

/** The tip of the branch that is delivered to. */
export async function baseTip(ports: Ports, { spec }: JudgeInput): Promise<string> {
  const tip = await ports.forge.tip(spec.repo, spec.base);
  if (tip !== undefined) return tip;
  const what = `${spec.repo} has no branch ${spec.base} to deliver to; create it, or correct the project's base`;
  throw new PortError('Forge.NoBaseBranch', what, 'config');
}

/** Each name once, in the order given. */
export function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}
