import { pino } from 'pino';
import { installRuntime } from '../../worker/runtime.ts';

const INSTALLED = Symbol.for('conveyor.test.runtime');
const once = globalThis as { [INSTALLED]?: true };

// Failures that tests make on purpose would fill the screen; set LOG_LEVEL to see them. A process has one runtime.
if (once[INSTALLED] === undefined) {
  once[INSTALLED] = true;
  installRuntime(pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination(2)));
}
