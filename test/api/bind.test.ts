import { expect, it } from 'vitest';
import { startServer } from '../../api/server.ts';

const answer: Parameters<typeof startServer>[0] = (_request, response) => response.end('here');

/** Linux answers at every address of 127.0.0.0/8, but only to who listens there: it stands for another interface. */
it.each([
  ['loopback unless told otherwise', {}, 'refused'],
  ['loopback', { bind: '127.0.0.1' }, 'refused'],
  ['every address', { bind: '0.0.0.0' }, 'here'],
] as const)('listens on %s', async (_what, bind, elsewhere) => {
  const server = await startServer(answer, { port: 0, ...bind });
  try {
    const { port } = new URL(server.url);
    expect(await ask(server.url)).toBe('here');
    expect(await ask(`http://127.0.0.2:${port}`)).toBe(elsewhere);
  } finally {
    await server.close();
  }
});

async function ask(url: string): Promise<string> {
  return fetch(url).then(
    (response) => response.text(),
    () => 'refused',
  );
}
