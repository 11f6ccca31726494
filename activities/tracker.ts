import type { CardSeen, Remark } from '../domain/card.ts';
import { sayReport } from '../domain/say-report.ts';
import type { Report } from '../domain/run.ts';
import type { TaskSpec } from '../domain/state.ts';
import { nameStates } from '../domain/state-names.ts';
import { lookAtCard } from './look-at-card.ts';
import type { CardAnswer, CardInput, CardPorts } from './write-card.ts';
import { writeCard } from './write-card.ts';

export type ReportInput = { spec: TaskSpec; attempt: string; role: string; report: Report };

export type TrackerActivities = {
  readCard(input: { spec: TaskSpec }): Promise<CardSeen>;
  writeCard(input: CardInput): Promise<CardAnswer>;
  /** One comment, told to somebody who moved the card. */
  remark(input: { spec: TaskSpec; remark: Remark }): Promise<void>;
  publishReport(input: ReportInput): Promise<void>;
};

/** Everything that is asked of the tracker for one task; its queue is rate limited by the server. */
export function createTrackerActivities(ports: CardPorts): TrackerActivities {
  const { tracker, policies } = ports;
  return {
    readCard: ({ spec }) => lookAtCard(ports, spec),
    writeCard: (input) => writeCard(ports, input),
    remark: ({ spec, remark: { marker, markdown } }) =>
      tracker.comment(spec.project, spec.key, {
        marker,
        markdown: nameStates(markdown, policies.states(spec.project)),
      }),
    publishReport: ({ spec, attempt, role, report }) =>
      tracker.comment(spec.project, spec.key, { marker: attempt, markdown: `**${role}** ${sayReport(report)}` }),
  };
}
