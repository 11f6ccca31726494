import type { LogEntry } from '../../domain/state.ts';
import type { ExplainView } from '../../workflows/messages.ts';
import type { Io } from '../io.ts';

const MARKS: Record<LogEntry['kind'], string> = {
  pass: '✓',
  waived: '✓',
  pending: '⧖',
  fail: '✗',
  inconclusive: '?',
  stale: '↺',
  asks: '☞',
};

/** Plain sentences with the seconds since the start, or one JSON object a line. */
export function createTimeline(io: Io, form: 'text' | 'json', now: () => number = Date.now) {
  const startedAt = now();
  let shown = 0;

  function write(at: number, who: string, say: string, kind: LogEntry['kind'] | 'note', stage?: string): void {
    const seconds = ((at - startedAt) / 1_000).toFixed(1);
    if (form === 'json') {
      io.stdout.write(
        `${JSON.stringify({ at: new Date(at).toISOString(), who, kind, say, ...(stage ? { stage } : {}) })}\n`,
      );
      return;
    }
    const mark = kind === 'note' ? '·' : MARKS[kind];
    const where = stage === undefined ? who : `${stage} · ${who}`;
    io.stdout.write(`${seconds.padStart(5)}s  ${mark} ${where.padEnd(30)} ${say}\n`);
  }

  return {
    tell: (who: string, say: string): void => write(now(), who, say, 'note'),
    /** Writes the verdicts that are new since the last look. */
    show({ log }: ExplainView): void {
      for (const { at, what, say, kind, stage } of log.slice(shown)) {
        write(at, what, say, kind, stage);
      }
      shown = log.length;
    },
  };
}
