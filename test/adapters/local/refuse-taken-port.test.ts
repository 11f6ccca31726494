import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { refuseTakenPort } from '../../../adapters/local/refuse-taken-port.ts';

it('refuses a port somebody listens on, says what chooses another one, and takes it once it is free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await expect(refuseTakenPort(port, 'CONVEYOR_WORKER_PORT')).rejects.toMatchObject({
    type: 'Stack.PortTaken',
    trouble: 'config',
    message: expect.stringMatching(new RegExp(`Port ${port} .*EADDRINUSE.*CONVEYOR_WORKER_PORT`)),
  });
  await once(other.close(), 'close');
  await refuseTakenPort(port, 'CONVEYOR_WORKER_PORT');
  // It is only looked at: whoever was told so can listen on it.
  await once(other.listen(port, '127.0.0.1'), 'listening');
  await once(other.close(), 'close');
});
