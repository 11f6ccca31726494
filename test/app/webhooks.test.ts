import { describe, expect, it } from 'vitest';
import { localWebhooks } from '../../app/webhooks.ts';
import { OUR_ACTOR } from '../../adapters/local/webhook/event.ts';
import type { LocalEvent } from '../../adapters/local/webhook/event.ts';

const read = (event: Partial<LocalEvent>): unknown =>
  localWebhooks(['secret']).read(Buffer.from(JSON.stringify({ at: 1, ...event })));

describe('a local webhook', () => {
  it.each<[string, Partial<LocalEvent>, 'tracker' | 'forge']>([
    ['a person moved the card', { event: 'card.moved', key: 'DEMO-1', by: 'ada' }, 'tracker'],
    ['somebody moved the card', { event: 'card.moved', key: 'DEMO-1' }, 'tracker'],
    ['a person pushed', { event: 'push', repo: 'demo', branch: 'task/DEMO-1' }, 'forge'],
    ['a check has a result', { event: 'status', repo: 'demo', sha: 'a'.repeat(40) }, 'forge'],
    ['a person reviewed', { event: 'review', repo: 'demo', branch: 'task/DEMO-1', by: 'ada' }, 'forge'],
  ])('is a hint: %s', (_what, event, from) => {
    const { by: _by, event: _event, ...named } = event;
    expect(read(event)).toEqual({ kind: 'hint', hint: expect.objectContaining({ from, ...named }) });
  });

  it.each<[string, Partial<LocalEvent>]>([
    ['we moved the card', { event: 'card.moved', key: 'DEMO-1', by: OUR_ACTOR }],
    ['we pushed', { event: 'push', repo: 'demo', branch: 'task/DEMO-1', by: OUR_ACTOR }],
    ['we opened the pull request', { event: 'pull-request', repo: 'demo', branch: 'task/DEMO-1', by: OUR_ACTOR }],
    ['we reviewed', { event: 'review', repo: 'demo', branch: 'task/DEMO-1', by: OUR_ACTOR }],
    ['a person wrote a comment', { event: 'comment.added', key: 'DEMO-1', by: 'ada' }],
  ])('wakes nobody: %s', (_what, event) => {
    expect(read(event)).toEqual({ kind: 'ignored', why: expect.any(String) });
  });

  it.each([{}, { event: 'card.eaten' }])('that is no event of a local provider is refused: %j', (event) => {
    expect(read(event as Partial<LocalEvent>)).toEqual({ kind: 'bad', why: expect.stringContaining('no event') });
  });
});
