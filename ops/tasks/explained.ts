import { sayIncident } from '../../app/say-incident.ts';
import type { Incident } from '../../domain/intake/state.ts';
import type { LogEntry } from '../../domain/state.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import { cleanLine } from '../format/clean.ts';
import { relativeTime } from '../format/relative-time.ts';
import type { Row } from '../output.ts';
import type { ShownTask } from './shown-task.ts';

/** What `explain` knows of a task. */
export type Explained = { task: ShownTask; view: ExplainView | undefined; incident: Incident | undefined };

const LONGEST_SUBJECT = 36;

/** Verdict by verdict: at, stage, attempt, what, verdict, about, because. */
export function logRows(log: readonly LogEntry[]): Row[] {
  return log.map(({ at, stage, what, kind, subject, say, attempt }) => ({
    cells: [
      new Date(at),
      stage,
      attempt,
      what,
      kind,
      subject && { hash: `${subject.kind} ${subject.id}`, most: LONGEST_SUBJECT },
      { hash: say },
    ],
  }));
}

/** The same fields for everything below the log, so that a program gets what a person does. */
export function standingRows({ task, incident }: Explained): Row[] {
  const { stage, question, trouble, answers } = task;
  const row = (at: string | number | undefined, ...cells: Row['cells']): Row => ({
    cells: [at === undefined ? undefined : new Date(at), stage, undefined, ...cells],
  });
  const subject = question?.subject && `${question.subject.kind} ${question.subject.id}`;
  return [
    row(task.stageSince, 'now', task.status, undefined, task.sentence),
    ...(question ? [row(question.askedAt, `question ${question.number}`, 'asks', subject, question.why)] : []),
    ...(question?.findings ?? []).map(({ text, where }) => row(question?.askedAt, 'finding', undefined, where, text)),
    ...answers.map((answer) => row(undefined, 'answer', undefined, undefined, answer)),
    ...(trouble ? [row(trouble.since, 'trouble', trouble.class, trouble.integration, trouble.message)] : []),
    ...(incident
      ? [
          row(
            incident.since,
            `incident ${incident.number}`,
            incident.class,
            incident.integration,
            sayIncident(incident),
          ),
        ]
      : []),
  ];
}

/** What a person reads below the log. */
export function standingLines({ task, view, incident }: Explained, now: number): string[] {
  return [...questionLines(task), ...troubleLines(task, incident, now), ...lookLines(view, now)];
}

function questionLines({ question, answers }: ShownTask): string[] {
  if (answers.length === 0) return [];
  const findings = question?.findings.map(
    ({ text, where }) => `  - ${cleanLine(text)}${where ? ` (${cleanLine(where)})` : ''}`,
  );
  return [
    ...(question ? [`Question ${question.number}: ${cleanLine(question.why)}`] : []),
    ...(findings ?? []),
    ...answers.map((answer) => `  → ${answer}`),
  ];
}

function troubleLines({ trouble }: ShownTask, incident: Incident | undefined, now: number): string[] {
  if (!trouble) return [];
  const since = relativeTime(Date.parse(trouble.since), now);
  const met = `Trouble with ${trouble.integration}, first met ${since}: ${cleanLine(trouble.message)} (${trouble.type})`;
  if (!incident) return [met];
  return [met, cleanLine(`Opened ${relativeTime(incident.since, now)}: ${sayIncident(incident)}`)];
}

function lookLines(view: ExplainView | undefined, now: number): string[] {
  return view?.nextLookAt === undefined ? [] : [`Looks again by itself ${relativeTime(view.nextLookAt, now)}.`];
}
