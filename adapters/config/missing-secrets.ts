import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import type { Problem } from './problem.ts';
import { ENVIRONMENT } from './problem.ts';

/**
 * Secrets that the configured notifiers need and the environment lacks. Apart from `loadConfig`: only a program that
 * sends needs them, not a command that shows something.
 */
export function missingSecrets(
  { notify }: Pick<Config, 'notify'>,
  environment: Pick<Environment, 'CONVEYOR_TELEGRAM_TOKEN'>,
): Problem[] {
  if (environment.CONVEYOR_TELEGRAM_TOKEN !== undefined || notify.every(({ kind }) => kind !== 'telegram')) return [];
  const message =
    'CONVEYOR_TELEGRAM_TOKEN is not set, and a notifier of kind telegram needs it: set it, or name its file in CONVEYOR_TELEGRAM_TOKEN_FILE';
  return [{ file: ENVIRONMENT, line: 0, column: 0, message }];
}
