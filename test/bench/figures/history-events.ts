import { pending } from '../../../domain/verdict.ts';
import type { Bench } from '../bench.ts';
import type { Figure, Measured } from '../figure.ts';
import { histogram, readHistory } from '../history.ts';
import type { Plan } from '../plan.ts';

const RUNS = 5;

/** Every gate concludes at its first look, but the checks: they need one more, which the timer makes. */
const checksOnceAgain: Plan = {
  judge: (gate, look) =>
    gate === 'ci' && look === 1 ? pending('unit on the head') : { kind: 'pass', evidence: [gate] },
};

/** The longest of some histories: how many completions share a workflow task is chance. */
export const historyEvents: Figure = {
  figure: 'history events of a task without rework',
  unit: 'events',
  aim: 200,
  limit: 240,
  measure,
};

async function measure({ temporal: { client }, deliver }: Bench): Promise<Measured> {
  const histories = [];
  for (let run = 0; run < RUNS; run++) {
    const { workflowId } = await deliver(checksOnceAgain);
    histories.push(await readHistory(client, workflowId));
  }
  const longest = histories.reduce((a, b) => (b.length > a.length ? b : a));
  const raw = { events: histories.map(({ length }) => length), kinds: histogram(longest) };
  return { value: longest.length, raw };
}
