import type { CardRole, CardSeen } from '../domain/card.ts';
import { sayReport } from '../domain/say-report.ts';
import type { Report } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import type { Ports } from './ports.ts';

export type CommentInput = { spec: TaskSpec; marker: string; markdown: string };
export type MoveInput = { spec: TaskSpec; role: CardRole };
export type ReportInput = { spec: TaskSpec; attempt: string; role: string; report: Report };

export type TrackerActivities = {
  readCard(input: { spec: TaskSpec }): Promise<CardSeen>;
  moveCard(input: MoveInput): Promise<void>;
  commentCard(input: CommentInput): Promise<void>;
  publishReport(input: ReportInput): Promise<void>;
};

/** One request per activity: the tracker's queue is rate limited by the server. */
export function createTrackerActivities({ tracker }: Pick<Ports, 'tracker'>): TrackerActivities {
  return {
    readCard: ({ spec }) => tracker.look(spec.project, spec.key),
    moveCard: ({ spec, role }) => tracker.move(spec.project, spec.key, role),
    commentCard: ({ spec, marker, markdown }) => tracker.comment(spec.project, spec.key, { marker, markdown }),
    publishReport: ({ spec, attempt, role, report }) =>
      tracker.comment(spec.project, spec.key, { marker: attempt, markdown: `**${role}** ${sayReport(report)}` }),
  };
}
