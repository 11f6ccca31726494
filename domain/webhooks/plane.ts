import type { Heard } from './heard.ts';
import { OUR_OWN } from './heard.ts';
import { PlaneEnvelope, PlaneItem, PlaneItemV2 } from './plane-schema.ts';

export type PlaneNames = {
  /** Our project for the id of Plane's; undefined when it is nobody's. */
  projectOf: (id: string) => string | undefined;
  isOurs: (account: string) => boolean;
};

const CHANGES = 'created|updated|archived|deleted';
/** The second format's documentation also prints events by the name they have in Plane's source. */
const ITEM = new RegExp(
  `^(?:issue|workitem\\.(?:${CHANGES})|WebhookScope\\.ScopeChoices\\.WORK_ITEM_(?:${CHANGES}))$`,
  'i',
);
const OTHER =
  /^(?:project|cycle|module|milestone|page|workitem|issue_comment|cycle_issue|module_issue|intake_issue)(?:\.[a-z_.]+)?$/;
const OTHER_V2 = /^WebhookScope\.ScopeChoices\.[A-Z_]+$/;

/** A parsed delivery of Plane, in the first format or the second. Its event stands in the body, which is signed. */
export function readPlane(body: unknown, names: PlaneNames): Heard {
  const envelope = PlaneEnvelope.safeParse(body);
  if (!envelope.success) return { kind: 'bad', why: 'This is no event of Plane: it has no name.' };
  const { event, version } = envelope.data;
  if (ITEM.test(event))
    return readItem(version === 'v2' ? PlaneItemV2.safeParse(body) : PlaneItem.safeParse(body), names);
  if (OTHER.test(event) || OTHER_V2.test(event)) {
    return { kind: 'ignored', why: 'no task waits for anything but work items' };
  }
  return { kind: 'unknown-event', why: 'Conveyor knows no such event of Plane' };
}

type Item = { project?: string | null | undefined; number?: number | null | undefined; by?: string | undefined };

function readItem(read: { success: true; data: Item } | { success: false }, names: PlaneNames): Heard {
  if (!read.success)
    return { kind: 'bad', why: 'This is no work item of Plane: a field that is read has a wrong type.' };
  const { project: id, number, by } = read.data;
  if (!id) return { kind: 'ignored', why: 'it names no project; the full listing finds deleted items' };
  const project = names.projectOf(id);
  if (project === undefined) return { kind: 'unknown', why: 'no project is configured with this planeProject' };
  if (by !== undefined && names.isOurs(by)) return OUR_OWN;
  const key = number ? `${project}-${number}` : undefined;
  return { kind: 'hint', hint: { from: 'tracker', project, key } };
}
