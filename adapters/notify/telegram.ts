import { z } from 'zod';
import type { Notifier } from '../../activities/ports.ts';
import { withLock } from '../local/store/lock.ts';
import { appendLine, readLines } from './sent-file.ts';
import { shorten } from './shorten.ts';
import { createTelegramApi } from './telegram-api.ts';

export type TelegramNotifierOptions = {
  /** The bot API's address, without a slash at its end. */
  api: string;
  token: string;
  /** The chat's number, or the @name of a channel. */
  chat: string;
  /** The file with JSON lines `{at, marker, topic?}`, before the first try, and `{…, message}`, when it was sent. */
  path: string;
  /** In milliseconds since 1970. */
  now: () => number;
  /** How long Telegram may take, in milliseconds; 5 s when absent. */
  patienceMs?: number;
};

const Line = z.object({ marker: z.string(), topic: z.string().optional(), message: z.int().optional() });
type Line = z.output<typeof Line>;

const MOST = 4_096;

/**
 * Sends once per marker, and one message a topic: later messages of the topic edit it, or are sent anew when somebody
 * has deleted it. One that was tried first and comes last is dropped, it would undo what the topic says by now.
 *
 * The one exception to "once": the bot API knows no idempotency key, so a first message whose answer was not heard (we
 * were killed, or the connection broke) is sent again at the next try. Edits are repeated without effect. Throws as
 * `createTelegramApi`, and `Notify.Unwritable`.
 */
export function createTelegramNotifier({ path, now, ...bot }: TelegramNotifierOptions): Notifier {
  const api = createTelegramApi(bot);

  async function put(text: string, before: number | undefined): Promise<number> {
    if (before !== undefined && (await api.edit(before, text)) === 'edited') return before;
    return api.send(text);
  }

  return {
    send: ({ marker, text, topic }) =>
      withLock(path, async () => {
        const lines = await readLines(path, Line);
        if (isSent(lines, marker) || isOutdated(lines, marker, topic)) return;
        const line = { at: new Date(now()).toISOString(), marker, topic };
        if (!lines.some((other) => other.marker === marker)) await appendLine(path, line);
        const message = await put(shorten(text, MOST), messageOf(lines, topic));
        await appendLine(path, { ...line, message });
      }),
  };
}

function isSent(lines: readonly Line[], marker: string): boolean {
  return lines.some((line) => line.marker === marker && line.message !== undefined);
}

/** Whether one of the same topic that was tried after this one has been sent. */
function isOutdated(lines: readonly Line[], marker: string, topic: string | undefined): boolean {
  const tried = lines.findIndex((line) => line.marker === marker);
  if (tried < 0 || topic === undefined) return false;
  return lines.some(
    (line, index) => index > tried && line.topic === topic && line.message === undefined && isSent(lines, line.marker),
  );
}

function messageOf(lines: readonly Line[], topic: string | undefined): number | undefined {
  if (topic === undefined) return undefined;
  return lines.findLast((line) => line.topic === topic && line.message !== undefined)?.message;
}
