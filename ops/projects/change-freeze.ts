import type { IntakeRead } from '../../app/intake.ts';
import type { Freeze } from '../../domain/intake/state.ts';
import type { OpsDeps } from '../deps.ts';
import { OpsError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import { EXIT } from '../exit-codes.ts';
import { relativeTime } from '../format/relative-time.ts';
import { printOutcome } from '../output.ts';
import { noIntake } from './no-intake.ts';
import type { FreezeVerb } from './projects.ts';
import { openProjects } from './projects.ts';

export type FreezeOptions = { project: string; reason?: string; dryRun?: true; json?: true };

/** `left`: no worker answers, Temporal keeps it. */
type Outcome = 'would' | 'already' | 'done' | 'left';

/** Freezes or unfreezes a project, and says who had frozen it. */
export async function changeFreeze(verb: FreezeVerb, options: FreezeOptions, deps: OpsDeps): Promise<ExitCode> {
  const { project, dryRun } = options;
  const reason = options.reason?.trim();
  if (verb === 'freeze' && !reason) throw new OpsError({ what: 'a freeze needs a reason', exit: EXIT.usage });
  const projects = await openProjects(deps);
  const read = await projects.intake(project);
  if (read.kind === 'absent') throw noIntake(project);
  const before = freezeOf(read);
  const by = { by: deps.user(), ...(reason ? { reason } : {}) };
  const over = alreadySo(verb, project, before, deps.now());
  if (over !== undefined) return tell(verb, 'already', over, { options, freeze: before, deps });
  if (dryRun) {
    const say = `would ${verb} ${project}: ${JSON.stringify(by)}.${sayBefore(before, deps.now())}`;
    return tell(verb, 'would', say, { options, freeze: before, deps });
  }
  if (read.kind === 'recorded') {
    await projects.changeBySignal(project, verb, by);
    const say = `No worker answers for ${project}. The ${verb} is left with Temporal until one does.`;
    return tell(verb, 'left', say, { options, freeze: before, deps });
  }
  const say = await projects.change(project, verb, by);
  const after = verb === 'freeze' ? { by: by.by, reason: by.reason ?? '', at: deps.now() } : undefined;
  return tell(verb, 'done', `${say}${sayBefore(before, deps.now())}`, { options, freeze: after, deps });
}

/** Who froze the project, when and why, as one clause. */
export function sayFreeze({ by, reason, at }: Freeze, now: number): string {
  return `frozen by ${by} ${relativeTime(at, now)}${reason === '' ? '' : `: ${reason}`}`;
}

export function freezeOf(read: IntakeRead): Freeze | undefined {
  if (read.kind === 'answered') return read.view.freeze;
  return read.kind === 'recorded' ? read.freeze : undefined;
}

function alreadySo(verb: FreezeVerb, project: string, before: Freeze | undefined, now: number): string | undefined {
  if (verb === 'unfreeze') return before ? undefined : `${project} is not frozen.`;
  return before && `${project} is already ${sayFreeze(before, now)}.`;
}

function sayBefore(before: Freeze | undefined, now: number): string {
  return before ? ` It was ${sayFreeze(before, now)}.` : '';
}

function tell(
  verb: FreezeVerb,
  outcome: Outcome,
  sentence: string,
  { options, freeze, deps }: { options: FreezeOptions; freeze: Freeze | undefined; deps: OpsDeps },
): ExitCode {
  const { project, json } = options;
  const shown = freeze ? { ...freeze, at: new Date(freeze.at).toISOString() } : null;
  printOutcome(
    deps.io,
    {
      line: sentence,
      fields: [project, verb, outcome, sentence],
      json: { project, verb, outcome, freeze: shown, sentence },
      ...(verb === 'freeze' && outcome !== 'would' ? { next: `conveyor unfreeze ${project}` } : {}),
    },
    json ? 'json' : 'usual',
  );
  return outcome === 'left' ? EXIT.pending : EXIT.ok;
}
