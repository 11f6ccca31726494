import { expect, it } from 'vitest';
import type { Child } from '../../adapters/local/children.ts';
import { keepRunning } from '../../app/keep-running.ts';
import { waitFor } from '../support/wait-for.ts';

/** Programs that end when the test says so. */
function programs() {
  const ends: ((how: string) => void)[] = [];
  const stopped: number[] = [];
  return {
    ends,
    stopped,
    start: (): Child => {
      const number = ends.length;
      let end = (_how: string): void => undefined;
      const ended = new Promise<string>((resolve) => (end = resolve));
      ends.push(end);
      return {
        name: 'worker',
        ended,
        stop: async () => {
          stopped.push(number);
          end('worker ended with status 0');
        },
      };
    },
  };
}

it('starts again what ended by itself, later each time, and says how it ended', async () => {
  const { ends, start } = programs();
  const said: { line: string; at: number }[] = [];
  const say = (line: string): void => void said.push({ line, at: performance.now() });
  const kept = keepRunning(start(), { start, say, firstPauseMs: 20 });
  const started: number[] = [];
  for (let n = 0; n < 4; n++) {
    ends[n]?.('worker was ended by SIGKILL');
    await waitFor(() => ends.length === n + 2, 'the next one');
    started.push(performance.now());
  }
  expect(said.map(({ line }) => line)).toEqual(Array(4).fill('worker was ended by SIGKILL; it is started again'));
  const pauses = started.map((at, n) => at - (said[n]?.at ?? 0));
  for (const [n, leastMs] of [20, 40, 80, 160].entries()) expect(pauses[n]).toBeGreaterThanOrEqual(leastMs - 1);
  await kept.stop();
});

it('says when it takes long, and is stopped while it waits', async () => {
  const { ends, stopped, start } = programs();
  const said: string[] = [];
  const kept = keepRunning(start(), { start, say: (line) => void said.push(line), firstPauseMs: 5_000 });
  ends[0]?.('worker ended with status 1');
  await waitFor(() => said.length === 1, 'its word');
  expect(said).toEqual(['worker ended with status 1; it is started again in 5 s']);
  await kept.stop();
  expect(ends).toHaveLength(1);
  expect(stopped).toEqual([0]);
});

it('ends what runs, and starts nothing for that', async () => {
  const { ends, stopped, start } = programs();
  const kept = keepRunning(start(), { start, say: expect.unreachable, firstPauseMs: 1 });
  await kept.stop();
  expect(stopped).toEqual([0]);
  expect(ends).toHaveLength(1);
});
