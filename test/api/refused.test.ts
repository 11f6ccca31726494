import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sender } from '../../domain/webhooks/heard.ts';
import { SENDERS } from '../../domain/webhooks/heard.ts';
import { RECORDED } from '../support/webhook-config.ts';
import type { TestApi } from './support.ts';
import { hmac, openApi, post, recorded, SECRETS, signed } from './support.ts';

const GOOD: Record<Sender, string> = {
  plane: JSON.stringify({
    event: 'issue',
    action: 'updated',
    data: { project: RECORDED.planeProject, sequence_id: 1 },
  }),
  gitea: JSON.stringify({ sha: 'a'.repeat(40), repository: { full_name: RECORDED.giteaRepo } }),
  local: JSON.stringify({ event: 'card.moved', project: 'SHOP', key: 'SHOP-1', at: 1 }),
};
const LIMIT: Record<Sender, number> = { plane: 8 * 1024 * 1024, gitea: 1024 * 1024, local: 1024 * 1024 };
const HEADER: Record<Sender, string> = {
  plane: 'x-plane-signature',
  gitea: 'x-gitea-signature',
  local: 'x-conveyor-signature',
};

let api: TestApi;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

/** A good body padded with spaces to this many bytes. */
function padded(sender: Sender, bytes: number): string {
  return GOOD[sender].padEnd(bytes, ' ');
}

describe.each(SENDERS.map((sender) => ({ sender })))('a delivery of $sender', ({ sender }) => {
  const body = GOOD[sender];
  const [secret = ''] = SECRETS[sender];

  type Given = { headers?: Record<string, string>; bytes?: string | Uint8Array<ArrayBuffer> };
  async function refused(status: number, outcome: string, { bytes = body, headers }: Given): Promise<void> {
    const answer = await post(api, sender, bytes, headers ?? signed(sender, bytes));
    expect(answer).toMatchObject({ status, type: 'application/problem+json; charset=utf-8', body: { status } });
    expect(answer.body['instance']).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(await api.count(sender, outcome)).toBe(1);
    expect(api.nudged).toEqual([]);
  }

  it('with a good signature is accepted and counted', async () => {
    expect(await post(api, sender, body, signed(sender, body))).toMatchObject({ status: 202 });
    expect(await api.count(sender, 'accepted')).toBe(1);
    expect(api.nudged).toHaveLength(1);
  });

  const json = { 'content-type': 'application/json' };
  const prefix = sender === 'local' ? 'sha256=' : '';
  const hex = hmac(secret, body);
  it.each<[string, Record<string, string>]>([
    ['no signature', {}],
    ['an empty signature', { [HEADER[sender]]: prefix }],
    ['a wrong signature', { [HEADER[sender]]: prefix + 'a'.repeat(64) }],
    ['its signature in upper case', { [HEADER[sender]]: prefix + hex.toUpperCase() }],
    ['half of its signature', { [HEADER[sender]]: prefix + hex.slice(0, 32) }],
    ['more than its signature', { [HEADER[sender]]: `${prefix}${hex}00` }],
    ['its signature twice', { [HEADER[sender]]: `${prefix}${hex}, ${prefix}${hex}` }],
    ['the signature of a part of it', { [HEADER[sender]]: prefix + hmac(secret, body.slice(0, -1)) }],
    ['the wrong kind of prefix', { [HEADER[sender]]: (prefix === '' ? 'sha256=' : '') + hex }],
    ['a signature made with no secret', { [HEADER[sender]]: prefix + hmac('', body) }],
  ])('with %s is not signed', async (_what, headers) => {
    await refused(401, 'unsigned', { headers: { ...json, ...headers } });
  });

  it.each(SENDERS.filter((other) => other !== sender))('signed with the secret of %s is not signed', async (other) => {
    await refused(401, 'unsigned', { headers: signed(sender, body, SECRETS[other][0]) });
  });

  it('with one byte flipped anywhere is not signed', async () => {
    const headers = signed(sender, body);
    const places = [0, 1, Math.floor(body.length / 2), body.length - 1];
    for (const place of places) {
      const flipped = Buffer.from(body);
      flipped.writeUInt8(flipped.readUInt8(place) ^ 1, place);
      expect((await post(api, sender, new Uint8Array(flipped), headers)).status).toBe(401);
    }
    expect(await api.count(sender, 'unsigned')).toBe(places.length);
    expect(api.nudged).toEqual([]);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/jsonp', 'multipart/form-data', ''])(
    'of type "%s" is not supported',
    async (type) => {
      await refused(415, 'unsupported', { headers: { ...signed(sender, body), 'content-type': type } });
    },
  );

  it('that is compressed is not supported', async () => {
    await refused(415, 'unsupported', { headers: { ...signed(sender, body), 'content-encoding': 'gzip' } });
  });

  it('of exactly the limit is accepted, and one byte more is too large', async () => {
    const most = padded(sender, LIMIT[sender]);
    expect((await post(api, sender, most, signed(sender, most))).status).toBe(202);
    api.nudged.length = 0;
    const more = padded(sender, LIMIT[sender] + 1);
    await refused(413, 'too_large', { bytes: more });
  });

  it('in chunks is measured as it comes', async () => {
    const more = padded(sender, LIMIT[sender] + 1);
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const sending = writer.write(Buffer.from(more)).then(() => writer.close());
    const response = await fetch(`${api.url}/webhooks/${sender}`, {
      method: 'POST',
      headers: signed(sender, more),
      body: readable,
      duplex: 'half',
    });
    await sending;
    expect(response.status).toBe(413);
    expect(await api.count(sender, 'too_large')).toBe(1);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('by %s is refused with what is allowed', async (method) => {
    const response = await fetch(`${api.url}/webhooks/${sender}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['half a text', body.slice(0, -1)],
    ['two texts', `${body}${body}`],
    ['a form', `payload=${encodeURIComponent(body)}`],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from('"'), Buffer.from([0xc3, 0x28]), Buffer.from('"')])],
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '[]'],
    ['an empty mapping', '{}'],
    ['prototype keys', '{"__proto__":{"event":"issue"},"constructor":{"prototype":{"event":"issue"}}}'],
    ['100,000 open lists', '['.repeat(100_000)],
    ['100,000 lists in lists', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a deep event', `{"event":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ])('that is signed and holds %s is a bad body', async (_what, bytes) => {
    await refused(400, 'bad', { bytes: new Uint8Array(Buffer.from(bytes)) });
  });
});

describe('secrets', () => {
  it('are both accepted while one replaces the other, and the old one no longer after that', async () => {
    const body = GOOD.gitea;
    const statuses = async (secrets: string[]): Promise<number[]> => {
      const rotating = await openApi({ secrets: { gitea: secrets } });
      const answers = [
        await post(rotating, 'gitea', body, signed('gitea', body, 'old')),
        await post(rotating, 'gitea', body, signed('gitea', body, 'new')),
      ];
      await rotating.close();
      return answers.map(({ status }) => status);
    };
    expect(await statuses(['old'])).toEqual([202, 401]);
    expect(await statuses(['new', 'old'])).toEqual([202, 202]);
    expect(await statuses(['new'])).toEqual([401, 202]);
  });

  it('of one sender do not open the addresses of others, which say what to set', async () => {
    const alone = await openApi({ secrets: { local: SECRETS.local } });
    const { body, headers } = recorded('plane', '029-issue-updated-ui-state');
    const answer = await post(alone, 'plane', body, headers);
    expect(answer).toMatchObject({ status: 404, body: { title: 'Not set up' } });
    expect(answer.body['detail']).toContain('CONVEYOR_PLANE_WEBHOOK_SECRET');
    expect(await alone.count('plane', 'off')).toBe(1);
    await alone.close();
  });

  it.each([{}, { gitea: [''] }, { plane: ['good'], local: [] }])('%j start no server', async (secrets) => {
    await expect(openApi({ secrets })).rejects.toThrow(/secret/);
  });
});
