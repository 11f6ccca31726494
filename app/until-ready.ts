import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 50;
const LONGEST_MS = 60_000;

/** Returns once every address answers 200, or nobody waits any more. Throws after a minute, naming those that do not. */
export async function untilReady(urls: readonly string[], giveUp: AbortSignal): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  let waiting = urls;
  for (;;) {
    const answers = await Promise.all(waiting.map(async (url) => ({ url, ready: await isReady(url) })));
    waiting = answers.filter(({ ready }) => !ready).map(({ url }) => url);
    if (waiting.length === 0 || giveUp.aborted) return;
    if (performance.now() > deadline) throw new Error(`no answer from ${waiting.join(', ')}`);
    await pause(LOOK_MS);
  }
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}
