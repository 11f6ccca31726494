import type { Notifier } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';

/**
 * One notifier over several: all of them are tried at once, whatever happens to the others. When some fail, their
 * trouble is thrown as one, transient if a further try may help; each keeps its own markers, so a further try reaches
 * only those that failed.
 */
export function createEveryNotifier(notifiers: readonly Notifier[]): Notifier {
  return {
    async send(message) {
      const results = await Promise.allSettled(notifiers.map((notifier) => notifier.send(message)));
      const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      if (failed.length > 0) throw joined(failed);
    },
  };
}

function joined(errors: readonly unknown[]): unknown {
  const [first] = errors;
  if (errors.length === 1) return first;
  const worthATry = errors.find((error) => !(error instanceof PortError) || error.trouble === 'transient') ?? first;
  if (!(worthATry instanceof PortError)) return worthATry;
  const { type, trouble, retryAfterMs } = worthATry;
  const message = errors.map((error) => (error instanceof Error ? error.message : String(error))).join(' ');
  return new PortError(type, message, trouble, retryAfterMs === undefined ? {} : { retryAfterMs });
}
