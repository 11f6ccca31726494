/** `npm run bench`: every figure, measured in one run on a Temporal server of its own. Exit status 1 past a limit. */

import { pino } from 'pino';
import { installRuntime } from '../../worker/runtime.ts';
import { withBench } from './bench.ts';
import type { Result } from './figure.ts';
import { resultOf } from './figure.ts';
import { FIGURES } from './figures/index.ts';
import { jsonLine, table } from './print.ts';

installRuntime(pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination(2)));

const asJson = process.argv.includes('--json');

const results = await withBench(async (bench) => {
  const measured: Result[] = [];
  for (const figure of FIGURES) {
    const result = await resultOf(figure, bench);
    measured.push(result);
    if (asJson) process.stdout.write(jsonLine(result));
  }
  return measured;
});

if (!asJson) process.stdout.write(table(results));
process.exitCode = results.every(({ withinLimit }) => withinLimit) ? 0 : 1;
