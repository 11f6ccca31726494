import type { Environment } from '../../adapters/config/environment.ts';
import type { Sender } from '../../domain/webhooks/heard.ts';
import { SENDERS } from '../../domain/webhooks/heard.ts';

/** Each sender's own, newest first; one that has none may not post. */
export type WebhookSecrets = Partial<Record<Sender, readonly string[]>>;

/** Where each sender's secrets come from. */
export const SECRET_VARIABLES = {
  plane: 'CONVEYOR_PLANE_WEBHOOK_SECRET',
  gitea: 'CONVEYOR_GITEA_WEBHOOK_SECRET',
  local: 'CONVEYOR_WEBHOOK_SECRET',
} as const satisfies Record<Sender, string>;

export function webhookSecrets(environment: Pick<Environment, (typeof SECRET_VARIABLES)[Sender]>): WebhookSecrets {
  return Object.fromEntries(
    SENDERS.flatMap((sender) => {
      const secrets = environment[SECRET_VARIABLES[sender]];
      return secrets === undefined ? [] : [[sender, secrets]];
    }),
  );
}

/** Why nobody should listen with these, in one sentence; undefined when they will do. */
export function secretsProblem(secrets: WebhookSecrets): string | undefined {
  const given = SENDERS.flatMap((sender) => (secrets[sender] === undefined ? [] : [sender]));
  const empty = given.find((sender) => secrets[sender]?.length === 0 || secrets[sender]?.includes(''));
  if (empty !== undefined) return `${SECRET_VARIABLES[empty]} holds an empty secret: anybody could sign with it.`;
  if (given.length > 0) return undefined;
  // Without a secret anybody could nudge, and nobody would notice that signatures are not checked.
  return `No sender of webhooks has a secret: set at least one of ${Object.values(SECRET_VARIABLES).join(', ')}.`;
}
