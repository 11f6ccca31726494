import { z } from 'zod';
import { closed } from '../../domain/closed-schema.ts';

const ADDRESS = 'expected an address such as https://hooks.example.com/conveyor, without a user or a password';
// Both rules answer without showing what was written: an address may hold a password.
const Address = z
  .url({ protocol: /^https?$/, error: ADDRESS, abort: true })
  .regex(/^https?:\/\/[^/?#@]+([/?#]|$)/i, ADDRESS);

/** A chat's number, or the public name of a channel; numbers are taken as text. */
const Chat = z.preprocess(
  (chat) => (typeof chat === 'number' ? String(chat) : chat),
  z
    .string()
    .regex(/^(-?\d+|@\w+)$/, 'expected the number of a chat, such as -1001234567890, or the @name of a channel'),
);

const Notifier = z.discriminatedUnion('kind', [
  closed({ kind: z.literal('log') }),
  closed({ kind: z.literal('webhook'), url: Address }),
  closed({ kind: z.literal('telegram'), chat: Chat, api: Address.optional() }),
]);

/** Where messages to people go: at least one place. Switching all of them off is a kill switch. */
export const Notify = z.array(Notifier).min(1, 'expected at least one notifier, or no "notify" at all');

export type WrittenNotifier = z.output<typeof Notifier>;
