import type { Client } from '@temporalio/client';

/** With what the webhook endpoints of all worlds are signed. */
export const SECRETS = {
  plane: 'plane_wh_canary_of_the_suite_4f1',
  gitea: 'gitea canary of the suite 8c2',
  local: 'local canary of the suite 1d7',
};

/** Variables the whole suite runs with: no part of Conveyor has a reason to say them. */
export const CANARY_ENVIRONMENT = { A_PASSWORD_OF_THIS_HOST: 'host canary of the suite 6e4' };

const CANARIES = [...Object.values(SECRETS), ...Object.values(CANARY_ENVIRONMENT)];

/** Where a text was found, and the text. */
export type Left = { where: string; text: string };

/** `<canary> in <place>` for every secret in one of the texts. */
export function canariesIn(left: readonly Left[], canaries: readonly string[] = CANARIES): string[] {
  return left.flatMap(({ where, text }) =>
    canaries.filter((canary) => text.includes(canary)).map((canary) => `${canary} in ${where}`),
  );
}

/** Throws when a secret is in one of the texts: what a world left behind, or a history of the run's server. */
export function refuseCanaries(left: readonly Left[]): void {
  const found = canariesIn(left);
  if (found.length > 0) throw new Error(`Secrets got where they must not be:\n${found.join('\n')}`);
}

/** The histories of every run that the query finds, all without one, with their payloads decoded. */
export async function* historiesOn(client: Client, query?: string): AsyncGenerator<Left> {
  for await (const { workflowId, runId } of client.workflow.list(query === undefined ? {} : { query })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    yield { where: `history of ${workflowId} (${runId})`, text: textsIn(history).join('\n') };
  }
}

/** Every text in the value, bytes as the text they are; its own `toJSON` would say them in base64. */
function textsIn(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return typeof value === 'string' ? [value] : [];
}
