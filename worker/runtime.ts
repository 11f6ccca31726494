import type { LogLevel, LogMetadata } from '@temporalio/common';
import type { Logger as SdkLogger } from '@temporalio/worker';
import { Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

/**
 * Sends what the SDK, the workflows and the activities log to our logger, and leaves signals to us, who stop the
 * workers before the server. Once per process, before the first connection; throws when it is too late.
 */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: sdkLogger(log),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

function sdkLogger(log: Logger): SdkLogger {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    // The SDK calls a failed activity's error `error`; pino serialises what is called `err`.
    const { error, ...rest } = meta;
    log[LEVELS[level]](error === undefined ? rest : { ...rest, err: error }, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
