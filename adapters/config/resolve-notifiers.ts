import type { NotifyConfig } from './config.ts';
import type { WrittenNotifier } from './notify-schema.ts';

const TELEGRAM_API = 'https://api.telegram.org';

/** Where messages go: what the file says, or the log alone. */
export function resolveNotifiers(written: readonly WrittenNotifier[] = [{ kind: 'log' }]): NotifyConfig[] {
  return written.map(resolveNotifier);
}

function resolveNotifier(written: WrittenNotifier): NotifyConfig {
  switch (written.kind) {
    case 'log':
    case 'webhook':
      return written;
    case 'telegram':
      return { ...written, api: (written.api ?? TELEGRAM_API).replace(/\/+$/, '') };
  }
}
