import type { Bench } from '../bench.ts';
import { withBare } from '../bare.ts';
import type { Figure, Measured } from '../figure.ts';
import { commandsOf, readHistory } from '../history.ts';
import { median } from '../median.ts';
import { scriptOf } from '../script.ts';

const WARM_UPS = 2;
const LEAST_PAIRS = 7;
const MOST_PAIRS = 20;
/** No further pair is begun after this. */
const BUDGET_MS = 20_000;

/** How long a task takes over what its commands alone take: the same server, one after the other, again and again. */
export const overhead: Figure = {
  figure: 'overhead of a task over its bare commands',
  unit: '×',
  aim: 1.1,
  limit: 1.25,
  measure,
};

async function measure(bench: Bench): Promise<Measured> {
  const { temporal, queues, deliver } = bench;
  const { workflowId } = await deliver();
  const recorded = await readHistory(temporal.client, workflowId);
  const script = scriptOf(recorded, queues);
  return withBare(bench, script, async (runBare) => {
    for (let run = 0; run < WARM_UPS; run++) {
      await deliver();
      await runBare();
    }
    const again = await readHistory(temporal.client, (await runBare()).workflowId);
    if (commandsOf(again).join() !== commandsOf(recorded).join())
      throw new Error('The bare workflow does something else');
    const pairs: { taskMs: number; bareMs: number }[] = [];
    const until = performance.now() + BUDGET_MS;
    while (pairs.length < LEAST_PAIRS || (pairs.length < MOST_PAIRS && performance.now() < until)) {
      const task = await deliver();
      const { durationMs: bareMs } = await runBare();
      pairs.push({ taskMs: task.durationMs, bareMs });
    }
    return measured(commandsOf(recorded).length, pairs);
  });
}

function measured(commands: number, pairs: readonly { taskMs: number; bareMs: number }[]): Measured {
  const ratios = pairs.map(({ taskMs, bareMs }) => taskMs / bareMs);
  return {
    value: Math.round(median(ratios) * 1000) / 1000,
    raw: {
      commands,
      pairs: pairs.length,
      taskMs: Math.round(median(pairs.map(({ taskMs }) => taskMs))),
      bareMs: Math.round(median(pairs.map(({ bareMs }) => bareMs))),
      ratios: ratios.map((ratio) => Math.round(ratio * 1000) / 1000),
    },
  };
}
