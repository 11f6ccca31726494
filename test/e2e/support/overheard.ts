import type { Notifier, Ports } from '../../../activities/ports.ts';

type Message = Parameters<Notifier['send']>[0];

/** A notifier that remembers what it was asked to send, for `useWorld({ports})`. */
export function overheard(): { ports: (ports: Ports) => Pick<Ports, 'notifier'>; about: (key: string) => Message[] } {
  const sent: Message[] = [];
  return {
    ports: ({ notifier }) => ({
      notifier: {
        send: async (message) => {
          sent.push(message);
          await notifier.send(message);
        },
      },
    }),
    about: (key) => sent.filter(({ marker }) => marker.startsWith(`${key}#`)),
  };
}
