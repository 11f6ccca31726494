import type { CardRole, CardSeen } from '../domain/card.ts';
import { sayReport } from '../domain/say-report.ts';
import type { Report } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Ports, Tracker } from './ports.ts';

/** A comment on the card, written once per marker. */
export type Note = { marker: string; markdown: string };
export type CardInput = {
  spec: TaskSpec;
  role: CardRole;
  notes: readonly Note[];
};
export type ReportInput = { spec: TaskSpec; attempt: string; role: string; report: Report };

export type TrackerActivities = {
  readCard(input: { spec: TaskSpec }): Promise<CardSeen>;
  writeCard(input: CardInput): Promise<void>;
  publishReport(input: ReportInput): Promise<void>;
};

/** Everything that is asked of the tracker for one task; its queue is rate limited by the server. */
export function createTrackerActivities({ tracker }: Pick<Ports, 'tracker'>): TrackerActivities {
  return {
    readCard: ({ spec }) => tracker.look(spec.project, spec.key),
    writeCard: (input) => writeCard(tracker, input),
    publishReport: ({ spec, attempt, role, report }) =>
      tracker.comment(spec.project, spec.key, { marker: attempt, markdown: `**${role}** ${sayReport(report)}` }),
  };
}

/**
 * Notes first, the state last: once the card asks, everything needed to answer is there. Each is found before it is
 * made, so a second try makes only what is missing.
 */
async function writeCard(tracker: Tracker, { spec, role, notes }: CardInput): Promise<void> {
  for (const note of notes) await tracker.comment(spec.project, spec.key, note);
  await tracker.move(spec.project, spec.key, role);
}
