import type { Ports } from './ports.ts';

export type NotifyInput = { marker: string; text: string };
export type NotifyActivities = { notify(input: NotifyInput): Promise<void> };

/** Sent once per marker. Apart from the card, so that a notifier that is away holds nothing up. */
export function createNotifyActivities({ notifier, switches }: Pick<Ports, 'notifier' | 'switches'>): NotifyActivities {
  return {
    notify: async (input) => {
      if (switches.on('CONVEYOR_NOTIFICATIONS_ENABLED')) await notifier.send(input);
    },
  };
}
