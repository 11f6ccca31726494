import type { GateName } from '../../domain/pipeline.ts';
import type { Report } from '../../domain/run.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { pass } from '../../domain/verdict.ts';

/** What the world answers one task. Looks and runs are counted from 1, by gate and by role. */
export type Plan = {
  judge?: (gate: GateName, look: number) => Verdict;
  report?: (role: string, run: number) => Pick<Report, 'verdict' | 'summary' | 'findings'>;
};

/** A plan as the activities follow it: with its counts, and told when a person is asked. */
export type Followed = {
  judge: (gate: GateName) => Verdict;
  report: (role: string) => Pick<Report, 'verdict' | 'summary' | 'findings'>;
  asked: () => void;
};

export function follow({ judge, report }: Plan, asked: () => void): Followed {
  const counts = new Map<string, number>();
  const nth = (what: string): number => {
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    return count;
  };
  return {
    judge: (gate) => judge?.(gate, nth(gate)) ?? pass(`${gate} holds`),
    report: (role) => report?.(role, nth(role)) ?? { verdict: 'pass', summary: `${role} is done`, findings: [] },
    asked,
  };
}
