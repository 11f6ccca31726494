import { appendFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Notifier } from '../../activities/ports.ts';
import { PortError } from '../../activities/ports.ts';
import { withLock } from '../local/store/lock.ts';
import { readText } from '../local/store/text-file.ts';

export type LogNotifierOptions = {
  /** The file with one JSON line `{at, marker, text}` per message. */
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
    async send({ marker, text }) {
      const written = await withLock(path, async () => {
        const before = (await readText(path)) ?? '';
        if (hasMarker(before, marker)) return false;
        const line = JSON.stringify({ at: new Date(now()).toISOString(), marker, text });
        // A line that was cut off by a crash stays a line of its own and spoils no other.
        await append(path, before === '' || before.endsWith('\n') ? `${line}\n` : `\n${line}\n`);
        return true;
      });
      if (written) log(text);
    },
  };
}

function hasMarker(lines: string, marker: string): boolean {
  return lines.split('\n').some((line) => readMarker(line) === marker);
}

function readMarker(line: string): string | undefined {
  try {
    return Line.safeParse(JSON.parse(line)).data?.marker;
  } catch {
    return undefined;
  }
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PortError('Notify.Unwritable', `Cannot append to ${path}: ${why}`, 'config', { cause: error });
  }
}
