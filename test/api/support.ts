/** A real server over a real app; only whom it nudges is the test's own. */

import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ApiOptions } from '../../api/app.ts';
import { createApp } from '../../api/app.ts';
import type { ApiServerOptions } from '../../api/server.ts';
import { startServer } from '../../api/server.ts';
import { createReadDelivery } from '../../app/webhooks/read-delivery.ts';
import type { NudgeTarget } from '../../domain/nudge.ts';
import type { Sender } from '../../domain/webhooks/heard.ts';
import { RECORDED, twoProjects } from '../support/webhook-config.ts';

export type TestApi = {
  url: string;
  /** Every target the nudger was called with. */
  nudged: NudgeTarget[];
  /** Lines of the log, parsed. */
  logged: Record<string, unknown>[];
  /** Deliveries of the sender with this outcome, as `/metrics` tells. */
  count: (sender: Sender, outcome: string) => Promise<number>;
  close: () => Promise<void>;
};

export const SECRETS = {
  plane: [recordedSecret('plane')],
  gitea: [recordedSecret('gitea')],
  local: ['local of this test'],
};

export async function openApi(options: Partial<ApiOptions & ApiServerOptions> = {}): Promise<TestApi> {
  const nudged: NudgeTarget[] = [];
  const logged: Record<string, unknown>[] = [];
  const app = createApp({
    secrets: SECRETS,
    read: createReadDelivery(twoProjects({ plane: [RECORDED.planeBot], gitea: ['bot-merger'] })),
    nudge: async (target) => {
      nudged.push(target);
      return { workflowIds: ['task/SHOP-1'] };
    },
    ready: async () => ({}),
    requestsPerMinute: 1_000_000,
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    ...options,
  });
  const server = await startServer(app, { port: 0, ...options });
  return {
    url: server.url,
    nudged,
    logged,
    count: async (sender, outcome) => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      const line = new RegExp(`^conveyor_webhooks_total{sender="${sender}",outcome="${outcome}"} (\\d+)$`, 'm');
      return Number(line.exec(text)?.[1]);
    },
    close: server.close,
  };
}

export function hmac(secret: string, bytes: string | Uint8Array): string {
  return createHmac('sha256', secret).update(bytes).digest('hex');
}

const SIGNATURE: Record<Sender, [header: string, prefix: string]> = {
  plane: ['x-plane-signature', ''],
  gitea: ['x-gitea-signature', ''],
  local: ['x-conveyor-signature', 'sha256='],
};

/** The headers a sender signs these bytes with, those of an ordinary event among them. */
export function signed(
  sender: Sender,
  bytes: string | Uint8Array,
  secret = SECRETS[sender][0],
): Record<string, string> {
  const [header, prefix] = SIGNATURE[sender];
  return {
    'content-type': 'application/json',
    'x-gitea-event-type': 'status',
    [header]: `${prefix}${hmac(secret ?? '', bytes)}`,
  };
}

export type Posted = { status: number; type: string; body: Record<string, unknown> };

export async function post(
  api: Pick<TestApi, 'url'>,
  sender: Sender,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Posted> {
  const response = await fetch(`${api.url}/webhooks/${sender}`, { method: 'POST', headers, body });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: (await response.json()) as Record<string, unknown> };
}

/** A recorded delivery, byte for byte; hop-by-hop headers are left to the client. */
export function recorded(
  sender: 'plane' | 'gitea',
  name: string,
): { body: Uint8Array<ArrayBuffer>; headers: Record<string, string> } {
  const { headers } = JSON.parse(readFileSync(fixture(sender, `${name}.json`), 'utf8')) as {
    headers: Record<string, string>;
  };
  const kept = Object.entries(headers).filter(([header]) => /^(?:x-|content-type$|user-agent$)/i.test(header));
  return { body: new Uint8Array(readFileSync(fixture(sender, `${name}.body`))), headers: Object.fromEntries(kept) };
}

function recordedSecret(sender: 'plane' | 'gitea'): string {
  return readFileSync(fixture(sender, 'SECRET'), 'utf8').trim();
}

function fixture(sender: string, name: string): string {
  return join(import.meta.dirname, '../fixtures/recorded', sender, 'webhooks', name);
}
