import { describe, expect, it } from 'vitest';
import { OUR_ACTOR } from '../../adapters/local/webhook/event.ts';
import type { LocalEvent } from '../../adapters/local/webhook/event.ts';
import { createReadDelivery } from '../../app/webhooks/read-delivery.ts';
import { secretsProblem, webhookSecrets } from '../../app/webhooks/secrets.ts';
import { twoProjects } from '../support/webhook-config.ts';

const SHA = 'a'.repeat(40);
const deliver = createReadDelivery(twoProjects());
const read = (event: Record<string, unknown>): unknown =>
  deliver({ sender: 'local', event: '', body: { at: 1, ...event } });

describe('a local webhook', () => {
  it.each<[string, Partial<LocalEvent>, Record<string, unknown>]>([
    [
      'a person moved the card',
      { event: 'card.moved', project: 'SHOP', key: 'SHOP-1', by: 'ada' },
      { from: 'tracker', project: 'SHOP', key: 'SHOP-1' },
    ],
    [
      'somebody moved the card',
      { event: 'card.moved', key: 'SHOP-1' },
      { from: 'tracker', key: 'SHOP-1', project: 'SHOP' },
    ],
    [
      'a person pushed',
      { event: 'push', repo: 'shop', branch: 'task/SHOP-1', sha: SHA },
      { from: 'forge', repo: 'shop', branch: 'task/SHOP-1', sha: SHA },
    ],
    ['the base moved', { event: 'push', repo: 'shop', branch: 'main', sha: SHA }, { from: 'forge', repo: 'shop' }],
    ['a check has a result', { event: 'status', repo: 'shop', sha: SHA }, { from: 'forge', repo: 'shop', sha: SHA }],
    [
      'a person reviewed',
      { event: 'review', repo: 'shop', branch: 'task/SHOP-1', by: 'ada' },
      { from: 'forge', repo: 'shop', branch: 'task/SHOP-1' },
    ],
  ])('is a hint: %s', (_what, event, hint) => {
    expect(read(event)).toEqual({ kind: 'hint', hint });
  });

  it.each<[string, Partial<LocalEvent>]>([
    ['we moved the card', { event: 'card.moved', key: 'SHOP-1', by: OUR_ACTOR }],
    ['we pushed', { event: 'push', repo: 'shop', branch: 'task/SHOP-1', by: OUR_ACTOR }],
    ['we opened the pull request', { event: 'pull-request', repo: 'shop', branch: 'task/SHOP-1', by: OUR_ACTOR }],
    ['we reviewed', { event: 'review', repo: 'shop', branch: 'task/SHOP-1', by: OUR_ACTOR }],
    ['a person wrote a comment', { event: 'comment.added', key: 'SHOP-1', by: 'ada' }],
  ])('wakes nobody: %s', (_what, event) => {
    expect(read(event)).toEqual({ kind: 'ignored', why: expect.any(String) });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ event: 'card.moved', project: 'NONE', key: 'NONE-1' }, 'unknown'],
    [{ event: 'push', repo: '__proto__' }, 'unknown'],
    [{ event: 'card.eaten' }, 'unknown-event'],
    [{}, 'bad'],
    [{ event: 'push', repo: 7 }, 'bad'],
    [{ event: 'push', at: 'noon' }, 'bad'],
  ])('%j is %s', (event, kind) => {
    expect(read(event)).toMatchObject({ kind });
  });
});

describe('the secrets of webhooks', () => {
  it('come from a variable for each sender, and one without any is left out', () => {
    const environment = {
      CONVEYOR_PLANE_WEBHOOK_SECRET: ['new', 'old'],
      CONVEYOR_GITEA_WEBHOOK_SECRET: undefined,
      CONVEYOR_WEBHOOK_SECRET: ['own'],
    };
    expect(webhookSecrets(environment)).toEqual({ plane: ['new', 'old'], local: ['own'] });
  });

  it.each([
    [{}, 'set at least one of CONVEYOR_PLANE_WEBHOOK_SECRET, CONVEYOR_GITEA_WEBHOOK_SECRET, CONVEYOR_WEBHOOK_SECRET'],
    [{ local: ['a'], gitea: [''] }, 'CONVEYOR_GITEA_WEBHOOK_SECRET holds an empty secret'],
    [{ plane: [] }, 'CONVEYOR_PLANE_WEBHOOK_SECRET holds an empty secret'],
  ])('%j will not do', (secrets, why) => {
    expect(secretsProblem(secrets)).toContain(why);
  });

  it('will do when one sender has one', () => {
    expect(secretsProblem({ gitea: ['secret'] })).toBeUndefined();
  });
});
