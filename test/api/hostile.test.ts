import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, inTurns } from './hostile-requests.ts';
import type { TestApi } from './support.ts';
import { openApi, recorded, signed } from './support.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 25 });
let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(async () => {
  agent.destroy();
  await api.close();
});

describe('a delivery that is signed and hostile', () => {
  const values = [null, true, -1, 1e308, '', 'None', [[]], {}, JSON.parse('{"__proto__":{"id":1}}'), '../..'];

  it.each([
    ['plane' as const, '029-issue-updated-ui-state'],
    ['gitea' as const, '425-status-success'],
    ['gitea' as const, '422-push-branch'],
  ])('may have a wrong type in any field of %s %s', async (sender, name) => {
    const { body, headers } = recorded(sender, name);
    const event = { 'x-gitea-event-type': headers['X-Gitea-Event-Type'] ?? '' };
    const original: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    const bodies = pathsOf(original).flatMap((path) => values.map((value) => withValue(original, path, value)));
    expect(bodies.length).toBeGreaterThan(300);
    const statuses = await inTurns(bodies, (changed) => {
      const bytes = JSON.stringify(changed);
      const signature = { ...signed(sender, bytes), ...event };
      return ask(api.url, agent, { method: 'POST', path: `/webhooks/${sender}`, headers: signature, body: bytes });
    });
    expect(new Set(statuses)).toEqual(new Set([200, 202, 400]));
    for (const { kind: _kind, ...target } of api.nudged.splice(0)) {
      for (const part of Object.values(target)) expect(part).toMatch(/^[\w/-]{1,50}$/);
    }
  });
});

type Path = readonly (string | number)[];

/** Every field, those of mappings and lists within included. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function withValue(original: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  const copy: Record<string | number, unknown> = Array.isArray(original)
    ? (Object.assign([], original) as never)
    : { ...(original as object) };
  copy[first] = withValue(copy[first], rest, value);
  return copy;
}
