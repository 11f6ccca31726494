import { z } from 'zod';
import type { Notifier } from '../../activities/ports.ts';
import { withLock } from '../local/store/lock.ts';
import { appendLine, readLines } from './sent-file.ts';

export type LogNotifierOptions = {
  /** The file with one JSON line `{at, marker, topic?, text}` per message. */
  path: string;
  /** Shown each message once, e.g. on the terminal. */
  log: (text: string) => void;
  /** In milliseconds since 1970. */
  now: () => number;
};

const Line = z.object({ marker: z.string() });

/** A notifier for one machine: messages are appended to a file, once per marker. Throws `Notify.Unwritable`. */
export function createLogNotifier({ path, log, now }: LogNotifierOptions): Notifier {
  return {
    async send({ marker, text, topic }) {
      const written = await withLock(path, async () => {
        if ((await readLines(path, Line)).some((line) => line.marker === marker)) return false;
        await appendLine(path, { at: new Date(now()).toISOString(), marker, topic, text });
        return true;
      });
      if (written) log(text);
    },
  };
}
