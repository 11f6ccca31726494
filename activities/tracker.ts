import type { CardRole, CardSeen } from '../domain/card.ts';
import { sayReport } from '../domain/say-report.ts';
import type { Report } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Notice } from './notify.ts';
import { tryToNotify } from './notify.ts';
import type { Ports } from './ports.ts';

/** A comment on the card, written once per marker. */
export type Note = { marker: string; markdown: string };
export type CardInput = {
  spec: TaskSpec;
  role: CardRole;
  notes: readonly Note[];
  /** What somebody is told besides, wherever they are. */
  notice?: Notice;
};
/** `owed`: the card is written, and the notice is still to be sent. */
export type CardAnswer = { notice: 'sent' | 'owed' | 'none' };
export type ReportInput = { spec: TaskSpec; attempt: string; role: string; report: Report };

export type TrackerActivities = {
  readCard(input: { spec: TaskSpec }): Promise<CardSeen>;
  writeCard(input: CardInput): Promise<CardAnswer>;
  publishReport(input: ReportInput): Promise<void>;
};

type TrackerPorts = Pick<Ports, 'tracker' | 'notifier' | 'switches'>;

/** Everything that is asked of the tracker for one task; its queue is rate limited by the server. */
export function createTrackerActivities(ports: TrackerPorts): TrackerActivities {
  const { tracker } = ports;
  return {
    readCard: ({ spec }) => tracker.look(spec.project, spec.key),
    writeCard: (input) => writeCard(ports, input),
    publishReport: ({ spec, attempt, role, report }) =>
      tracker.comment(spec.project, spec.key, { marker: attempt, markdown: `**${role}** ${sayReport(report)}` }),
  };
}

/**
 * Notes first, the state last: once the card asks, everything needed to answer is there. Each is found before it is
 * made, so a second try makes only what is missing.
 */
async function writeCard(ports: TrackerPorts, { spec, role, notes, notice }: CardInput): Promise<CardAnswer> {
  const { tracker } = ports;
  const notified = notice && tryToNotify(ports, notice);
  for (const note of notes) await tracker.comment(spec.project, spec.key, note);
  await tracker.move(spec.project, spec.key, role);
  return { notice: (await notified) ?? 'none' };
}
