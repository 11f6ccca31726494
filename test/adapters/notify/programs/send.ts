/** Sends one message and is killed on the way: `telegram|webhook <url> <sent file>`. */
import { createTelegramNotifier } from '../../../../adapters/notify/telegram.ts';
import { createWebhookNotifier } from '../../../../adapters/notify/webhook.ts';
import { BOT_TOKEN, CHAT } from '../../../fakes/telegram.ts';

const [, , kind, url = '', path = ''] = process.argv;
const patient = { path, now: Date.now, patienceMs: 60_000 };
const notifier =
  kind === 'telegram'
    ? createTelegramNotifier({ api: url, token: BOT_TOKEN, chat: CHAT, ...patient })
    : createWebhookNotifier({ url, ...patient });
await notifier.send({ marker: 'a', text: 'Approve?', topic: 'question' });
