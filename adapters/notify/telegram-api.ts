import { z } from 'zod';
import { PortError } from '../../activities/ports.ts';
import type { Answer } from './http.ts';
import { post, refusal, waitOf } from './http.ts';

export type TelegramApiOptions = {
  /** Of the bot API, without a slash at its end. */
  api: string;
  token: string;
  chat: string;
  patienceMs?: number | undefined;
};

export type TelegramApi = {
  /** Sends a message of its own and returns its number in the chat. */
  send(text: string): Promise<number>;
  /** Gives the message this text. `gone`: it was deleted, or may not be edited any more. */
  edit(message: number, text: string): Promise<'edited' | 'gone'>;
};

/** What every answer of the bot API looks like. */
const Answered = z.object({
  ok: z.boolean(),
  description: z.string().default(''),
  parameters: z.object({ retry_after: z.number().optional(), migrate_to_chat_id: z.number().optional() }).default({}),
  result: z.unknown().optional(),
});
type Answered = z.output<typeof Answered>;
const Sent = z.object({ message_id: z.int() });

const SAME = /message is not modified/i;
const GONE = /message to edit not found|message can't be edited|message_id_invalid/i;

/**
 * The two methods of the bot API that notifications need. Text is plain: without `parse_mode` nothing in it is markup.
 * Throws `Telegram.Unreachable`, `.Unavailable`, `.RateLimited` (transient), `.Unauthorized` (auth), `.Redirected`,
 * `.Refused`, `.NoBotApi` (config); no message holds the token.
 */
export function createTelegramApi({ api, token, chat, patienceMs }: TelegramApiOptions): TelegramApi {
  const receiver = { integration: 'Telegram', place: `Telegram (${new URL(api).origin})` };

  async function call(method: string, parameters: object): Promise<Answered> {
    const body = Buffer.from(
      JSON.stringify({ chat_id: chat, link_preview_options: { is_disabled: true }, ...parameters }),
    );
    const answer = await post(receiver, { url: `${api}/bot${token}/${method}`, body }, patienceMs);
    const read = Answered.safeParse(parse(answer.text));
    if (read.data && (answer.status === 200 || answer.status === 400)) return read.data;
    throw troubleOf(answer, read.data);
  }

  function troubleOf(answer: Answer, told: Answered | undefined): PortError {
    if (!told && (answer.status === 200 || answer.status === 404)) return noBotApi();
    // What stands between may say the address back, and the token is in it.
    const said = (told?.description ?? '').replaceAll(token, '…');
    // What it says to a token it cannot even read.
    if (answer.status === 404) return refusal(receiver, { ...answer, status: 401 }, said);
    const { retry_after: seconds, migrate_to_chat_id: moved } = told?.parameters ?? {};
    const retryAfterMs = seconds === undefined ? answer.retryAfterMs : waitOf(seconds * 1_000);
    return refusal(receiver, { ...answer, retryAfterMs }, moved === undefined ? said : `${said}; it is ${moved} now`);
  }

  function refused(told: Answered): PortError {
    return troubleOf({ status: 400, retryAfterMs: undefined, text: '' }, told);
  }

  function noBotApi(): PortError {
    const message = `${receiver.place} does not answer as the bot API does: check this notifier's "api".`;
    return new PortError('Telegram.NoBotApi', message, 'config');
  }

  return {
    async send(text) {
      const told = await call('sendMessage', { text });
      if (!told.ok) throw refused(told);
      const sent = Sent.safeParse(told.result);
      if (!sent.success) throw noBotApi();
      return sent.data.message_id;
    },
    async edit(message, text) {
      const told = await call('editMessageText', { message_id: message, text });
      if (told.ok || SAME.test(told.description)) return 'edited';
      if (GONE.test(told.description)) return 'gone';
      throw refused(told);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
