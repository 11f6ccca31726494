import { pino } from 'pino';
import { installRuntime } from '../../worker/runtime.ts';

// Failures that tests make on purpose would fill the screen; set LOG_LEVEL to see them.
installRuntime(pino({ level: process.env['LOG_LEVEL'] ?? 'silent' }, pino.destination(2)));
