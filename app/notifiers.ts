import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Notifier } from '../activities/ports.ts';
import { PortError } from '../activities/ports.ts';
import type { Config, NotifyConfig } from '../adapters/config/config.ts';
import type { Environment } from '../adapters/config/environment.ts';
import { createEveryNotifier } from '../adapters/notify/every.ts';
import { createLogNotifier } from '../adapters/notify/log.ts';
import { createTelegramNotifier } from '../adapters/notify/telegram.ts';
import { createWebhookNotifier } from '../adapters/notify/webhook.ts';
import { pathsIn } from './paths.ts';

export type NotifiersOptions = {
  config: Pick<Config, 'data' | 'notify'>;
  environment: Pick<Environment, 'CONVEYOR_TELEGRAM_TOKEN' | 'CONVEYOR_NOTIFY_SECRET'>;
  log: Logger;
  now: () => number;
};

/** The configured notifiers as one. Throws `Telegram.TokenMissing` where a program started without what it needs. */
export function createNotifiers(options: NotifiersOptions): Notifier {
  return createEveryNotifier(options.config.notify.map((one) => createNotifier(one, options)));
}

function createNotifier(one: NotifyConfig, { config, environment, log, now }: NotifiersOptions): Notifier {
  const paths = pathsIn(config.data);
  switch (one.kind) {
    case 'log':
      return createLogNotifier({
        path: paths.notifications,
        log: (text) => log.info({ text }, 'notification'),
        now,
      });
    case 'webhook':
      return createWebhookNotifier({
        url: one.url,
        secret: environment.CONVEYOR_NOTIFY_SECRET,
        path: sentFile(paths.notifiers, one.kind, one.url),
        now,
      });
    case 'telegram': {
      const { chat, api } = one;
      const token = environment.CONVEYOR_TELEGRAM_TOKEN;
      if (token === undefined)
        throw new PortError('Telegram.TokenMissing', 'CONVEYOR_TELEGRAM_TOKEN is not set.', 'config');
      return createTelegramNotifier({ api, token, chat, path: sentFile(paths.notifiers, one.kind, chat), now });
    }
  }
}

/** Another place starts anew: what it was not sent, it does not have. */
function sentFile(folder: string, kind: string, place: string): string {
  return join(folder, `${kind}-${createHash('sha256').update(place).digest('hex').slice(0, 12)}.jsonl`);
}
