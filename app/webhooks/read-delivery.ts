import type { Config } from '../../adapters/config/config.ts';
import { readGitea } from '../../domain/webhooks/gitea.ts';
import type { Heard, Sender } from '../../domain/webhooks/heard.ts';
import { readPlane } from '../../domain/webhooks/plane.ts';
import { readLocal } from './local.ts';
import { webhookNames } from './names.ts';

/** Signed and parsed: `event` is what the sender's header says, an empty text without one. */
export type Delivery = { sender: Sender; event: string; body: unknown };
export type ReadDelivery = (delivery: Delivery) => Heard;

/** Reads where to look, in our names, from what the senders call things. */
export function createReadDelivery(config: Pick<Config, 'projects' | 'ourAccounts'>): ReadDelivery {
  const names = webhookNames(config);
  return ({ sender, event, body }) => {
    switch (sender) {
      case 'plane':
        return readPlane(body, names.plane);
      case 'gitea':
        return readGitea(event, body, names.gitea);
      case 'local':
        return readLocal(body, names.local);
    }
  };
}
