import { describe, expect, it } from 'vitest';
import { readPlane } from '../../../domain/webhooks/plane.ts';

const SHOP = '64743929-055d-45f4-924b-633d95ef8e78';
const BOT = '8063d947-d5e5-497a-8f67-3d4c46cb8073';
const ADA = 'e542c768-1abf-41a0-aed2-a69d4f104774';

const names = {
  projectOf: (id: string) => (id === SHOP ? 'SHOP' : undefined),
  isOurs: (account: string) => account === BOT,
};
const read = (body: unknown): unknown => readPlane(body, names);

const item = (change: Record<string, unknown> = {}, actor: unknown = { id: ADA }): Record<string, unknown> => ({
  event: 'issue',
  action: 'updated',
  data: { id: ADA, project: SHOP, sequence_id: 12, name: 'Add login', ...change },
  activity: { field: 'state', actor },
});
const flat = (
  event: string,
  data: Record<string, unknown>,
  before?: Record<string, unknown>,
): Record<string, unknown> => ({
  version: 'v2',
  event,
  entity_type: 'issue',
  data,
  ...(before ? { previous_attributes: before } : {}),
});
const CARD = { kind: 'hint', hint: { from: 'tracker', project: 'SHOP', key: 'SHOP-12' } };

describe("Plane's first format", () => {
  it.each<[string, unknown]>([
    ['a person changed', item()],
    ['nobody is named for', item({}, null)],
    ['has no activity at all', { ...item(), activity: null }],
    ['is spelt in capitals in', item({ project: SHOP.toUpperCase() })],
    ['an older release sends with another action', { ...item(), action: 'update' }],
  ])('a card %s is a hint at it', (_what, body) => {
    expect(read(body)).toEqual(CARD);
  });

  it('a card without its number is a hint at the project', () => {
    expect(read(item({ sequence_id: null }))).toEqual({ kind: 'hint', hint: { from: 'tracker', project: 'SHOP' } });
  });

  it.each(['project', 'cycle', 'module', 'issue_comment', 'cycle_issue', 'module_issue', 'intake_issue'])(
    '%s wakes nobody, whatever else it holds',
    (event) => {
      expect(read({ event, data: 7 })).toMatchObject({ kind: 'ignored' });
    },
  );

  it.each<[string, unknown, string]>([
    ['we changed', item({}, { id: BOT }), 'ignored'],
    ['is gone', { event: 'issue', action: 'deleted', data: { id: ADA } }, 'ignored'],
    ['of a project nobody configured', item({ project: ADA }), 'unknown'],
    ['of a project that is no id', item({ project: '../../SHOP' }), 'bad'],
    ['of a project that is a mapping', item({ project: { id: SHOP } }), 'bad'],
    ['with a number as text', item({ sequence_id: '12' }), 'bad'],
    ['with a negative number', item({ sequence_id: -1 }), 'bad'],
    ['with half a number', item({ sequence_id: 1.5 }), 'bad'],
    ['with a number beyond all cards', item({ sequence_id: 1e21 }), 'bad'],
    ['by an actor that is a text', item({}, 'ada'), 'bad'],
    ['whose data is a list', { event: 'issue', data: [] }, 'bad'],
    ['without data', { event: 'issue' }, 'bad'],
  ])('a card %s: %#', (_what, body, kind) => {
    expect(read(body)).toMatchObject({ kind });
  });
});

describe("Plane's second format", () => {
  const data = { project_id: SHOP, sequence_id: 12, created_by_id: ADA, updated_by_id: 'None', state_id: ADA };

  it.each<[string, unknown]>([
    ['workitem.created', flat('workitem.created', data)],
    ['workitem.updated', flat('workitem.updated', { ...data, updated_by_id: ADA })],
    ['workitem.archived', flat('workitem.archived', data)],
    ['the name its documentation prints', flat('WebhookScope.ScopeChoices.WORK_ITEM_UPDATED', data)],
    ['workitem.deleted, whose data is empty', flat('workitem.deleted', {}, data)],
    ['"None" for what is not there', flat('workitem.updated', { ...data, created_by_id: 'None' })],
    ['a change of what we once created', flat('workitem.updated', { ...data, created_by_id: BOT })],
  ])('a card under %s is a hint at it', (_what, body) => {
    expect(read(body)).toEqual(CARD);
  });

  it.each<[string, unknown, string]>([
    ['we changed', flat('workitem.updated', { ...data, updated_by_id: BOT }), 'ignored'],
    ['we created', flat('workitem.created', { ...data, created_by_id: BOT }), 'ignored'],
    ['of no project', flat('workitem.updated', { ...data, project_id: 'None' }), 'ignored'],
    ['of a project nobody configured', flat('workitem.updated', { ...data, project_id: ADA }), 'unknown'],
    ['of a project that is no id', flat('workitem.updated', { ...data, project_id: 'none' }), 'bad'],
    ['with a number as text', flat('workitem.updated', { ...data, sequence_id: '12' }), 'bad'],
  ])('a card %s: %#', (_what, body, kind) => {
    expect(read(body)).toMatchObject({ kind });
  });

  it.each([
    'workitem.comment.created',
    'workitem.link.deleted',
    'page.comment.updated',
    'milestone.created',
    'WebhookScope.ScopeChoices.CYCLE_UPDATED',
  ])('%s wakes nobody', (event) => {
    expect(read(flat(event, {}))).toMatchObject({ kind: 'ignored' });
  });
});

describe('what Plane never sends', () => {
  it.each(['issues', 'workitemx', 'customer.created', '__proto__', 'constructor'])(
    'event "%s" is not known',
    (event) => {
      expect(read({ event })).toMatchObject({ kind: 'unknown-event' });
    },
  );

  it.each([null, 7, 'issue', [], {}, { event: 7 }, { event: '' }, { event: 'x'.repeat(101) }])('%j is bad', (body) => {
    expect(read(body)).toMatchObject({ kind: 'bad' });
  });
});
