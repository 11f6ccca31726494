import { describe, expect, it } from 'vitest';
import { createNotifyActivities } from '../../activities/notify.ts';
import { createFakePorts } from '../fakes/ports.ts';

const message = { marker: 'DEMO-1#1/question/1', text: 'DEMO-1 asks: Approve?' };

describe('a notification', () => {
  it('is sent under its marker', async () => {
    const { ports, world } = createFakePorts();
    await createNotifyActivities(ports).notify(message);
    expect(world.sent).toEqual(new Map([[message.marker, message.text]]));
  });

  it('is not sent while notifications are off', async () => {
    const { ports, world } = createFakePorts();
    world.off.add('CONVEYOR_NOTIFICATIONS_ENABLED');
    await createNotifyActivities(ports).notify(message);
    expect(world.sent.size).toBe(0);
  });
});
