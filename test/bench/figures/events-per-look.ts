import { pending } from '../../../domain/verdict.ts';
import type { Bench } from '../bench.ts';
import type { Figure, Measured } from '../figure.ts';
import { histogram, readHistory } from '../history.ts';

const FEW = 3;
const MANY = 23;

/** What each further look adds: two tasks that differ only in how often the checks were pending. */
export const eventsPerLook: Figure = {
  figure: 'events per look at a pending gate',
  unit: 'events',
  aim: 11,
  limit: 11,
  measure,
};

async function measure(bench: Bench): Promise<Measured> {
  const few = await eventsWith(bench, FEW);
  const many = await eventsWith(bench, MANY);
  const kinds = Object.entries(many).map(([kind, count]) => [kind, (count - (few[kind] ?? 0)) / (MANY - FEW)] as const);
  const perLook = kinds.filter(([, count]) => count !== 0);
  const value = perLook.reduce((sum, [, count]) => sum + count, 0);
  return { value: Math.round(value * 100) / 100, raw: { looks: MANY - FEW, kinds: Object.fromEntries(perLook) } };
}

async function eventsWith({ temporal: { client }, deliver }: Bench, looks: number): Promise<Record<string, number>> {
  const { workflowId } = await deliver({
    judge: (gate, look) =>
      gate === 'ci' && look <= looks ? pending('unit on the head') : { kind: 'pass', evidence: [gate] },
  });
  return histogram(await readHistory(client, workflowId));
}
