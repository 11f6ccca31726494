import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';

// Files share their modules: the lock with the slow look is for this one alone.
vi.resetModules();
vi.doMock(import('../../../adapters/local/store/holder.ts'), async (original) => {
  const holder = await original();
  return { ...holder, isAlive: vi.fn(holder.isAlive) };
});
const { isAlive } = await import('../../../adapters/local/store/holder.ts');
const { lockFolder, withLock } = await import('../../../adapters/local/store/lock.ts');
afterAll(() => {
  vi.doUnmock('../../../adapters/local/store/holder.ts');
  vi.resetModules();
});

function gate<T>(): { opened: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('a waiter that saw a dead holder long ago does not enter beside the present one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conveyor-lock-'));
  const path = join(folder, 'file');
  await mkdir(lockFolder(path));
  await symlink('4999999:gone-1:a', join(lockFolder(path), '7'));
  const looked = vi.mocked(isAlive);
  const entered: string[] = [];

  const slowLook = gate<boolean>();
  looked.mockImplementationOnce(() => slowLook.opened);
  const slow = withLock(path, async () => void entered.push('slow'));
  await waitFor(() => looked.mock.calls.length === 1, 'the slow look');

  await withLock(path, async () => void entered.push('quick'));
  const present = gate<void>();
  const holding = withLock(path, () => {
    entered.push('present');
    return present.opened;
  });
  await waitFor(() => entered.includes('present'), 'the present holder');

  const looks = looked.mock.calls.length;
  slowLook.open(false);
  await waitFor(() => looked.mock.calls.length > looks || entered.includes('slow'), 'what the slow waiter does');
  expect(entered).toEqual(['quick', 'present']);

  present.open();
  await Promise.all([holding, slow]);
  expect(entered).toEqual(['quick', 'present', 'slow']);
  await rm(folder, { recursive: true, force: true });
});
