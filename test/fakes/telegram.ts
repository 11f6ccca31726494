/** The bot API as far as messages go, with the answers Telegram documents and gives. */

import { z } from 'zod';
import type { Asked, FaultyServer, Reply } from './faulty-server.ts';
import { startFaultyServer } from './faulty-server.ts';

export const BOT_TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
export const CHAT = '-1001234567890';

export type FakeTelegram = FaultyServer & {
  /** What a person reads in the chat now: number → text. */
  chat: Map<number, string>;
  /** `sendMessage`, `editMessageText` … of every request, in order. */
  methods: () => string[];
  /** A person deletes the message. */
  remove: (message: number) => void;
};

const MOST = 4_096;

const Parameters = z.strictObject({
  chat_id: z.string(),
  text: z.string(),
  message_id: z.int().optional(),
  // Text that is marked up can be broken by what it quotes: nobody here may ask for it.
  link_preview_options: z.strictObject({ is_disabled: z.literal(true) }),
});
type Parameters = z.output<typeof Parameters>;

export async function startFakeTelegram(): Promise<FakeTelegram> {
  const chat: FakeTelegram['chat'] = new Map();
  let messages = 0;

  function send({ text }: Parameters): Reply {
    messages += 1;
    chat.set(messages, text.trim());
    return result(messages, text);
  }

  function edit({ message_id: message = 0, text }: Parameters): Reply {
    const before = chat.get(message);
    if (before === undefined) return error(400, 'Bad Request: message to edit not found');
    if (before === text.trim()) return error(400, SAME);
    chat.set(message, text.trim());
    return result(message, text);
  }

  function work({ path, body }: Asked): Reply {
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
    if (!/^\d+:/.test(token)) return error(404, 'Not Found');
    if (token !== BOT_TOKEN) return error(401, 'Unauthorized');
    const read = Parameters.parse(JSON.parse(body.toString('utf8')));
    if (read.chat_id !== CHAT) return error(400, 'Bad Request: chat not found');
    if (read.text.trim() === '') return error(400, 'Bad Request: message text is empty');
    if (read.text.length > MOST) return error(400, 'Bad Request: message is too long');
    if (method === 'sendMessage') return send(read);
    return method === 'editMessageText' ? edit(read) : error(404, 'Not Found');
  }

  const server = await startFaultyServer(work);
  return {
    ...server,
    chat,
    methods: () => server.asked.map(({ path }) => path.split('/').at(-1) ?? ''),
    remove: (message) => chat.delete(message),
  };
}

const SAME =
  'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

/** An answer as the bot API gives it; `parameters` says how to go on, e.g. `{retry_after: 5}`. */
export function error(status: number, description: string, parameters?: Record<string, number>): Reply {
  return reply(status, { ok: false, error_code: status, description, parameters });
}

function result(message: number, text: string): Reply {
  const chat = { id: Number(CHAT), title: 'Orchard', type: 'supergroup' };
  return reply(200, { ok: true, result: { message_id: message, chat, date: 1_767_225_600, text } });
}

function reply(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
