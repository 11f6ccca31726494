import { log } from '@temporalio/activity';
import { nameStates } from '../domain/state-names.ts';
import type { Ports } from './ports.ts';

/**
 * What the notifier sends, once per marker. With a topic it says more about an earlier message. `project`: whose
 * names the states in the text have; without one the text names none.
 */
export type Notice = { marker: string; text: string; topic?: string; project?: string };
export type NotifyActivities = { notify(notice: Notice): Promise<void> };
type NotifyPorts = Pick<Ports, 'notifier' | 'switches' | 'policies'>;

const PATIENCE_MS = 5_000;

/** Apart from the card, with tries of its own, so that a notifier that is away holds nothing up. */
export function createNotifyActivities(ports: NotifyPorts): NotifyActivities {
  return { notify: (notice) => send(ports, notice) };
}

/** One try beside other work: never throws and never takes long. `owed`: it is worth an activity of its own. */
export async function tryToNotify(ports: NotifyPorts, notice: Notice): Promise<'sent' | 'owed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the notifier gave no answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    await Promise.race([send(ports, notice), late]);
    return 'sent';
  } catch (error) {
    log.warn('not notified yet', { marker: notice.marker, error });
    return 'owed';
  } finally {
    clearTimeout(timer);
  }
}

async function send({ notifier, switches, policies }: NotifyPorts, { project, text, ...more }: Notice): Promise<void> {
  if (!switches.on('CONVEYOR_NOTIFICATIONS_ENABLED')) return;
  await notifier.send({ ...more, text: project === undefined ? text : nameStates(text, policies.states(project)) });
}
