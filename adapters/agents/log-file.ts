import type { FileHandle } from 'node:fs/promises';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PortError } from '../../activities/ports.ts';

/** What one run prints, kept in a file up to a size. */
export type LogFile = {
  readonly path: string;
  /** Bytes in the file. */
  offset(): number;
  write(chunk: Buffer): Promise<void>;
  close(): Promise<void>;
};

/** Appends, because a second try of the attempt continues the first one's log. Throws `Agent.LogUnwritable`. */
export async function openLog(path: string, mostBytes: number): Promise<LogFile> {
  const file = await attempt(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'a');
  });
  let offset = await attempt(path, async () => (await file.stat()).size);
  let room = mostBytes;

  async function append(bytes: Buffer): Promise<void> {
    offset += bytes.length;
    await attempt(path, () => file.appendFile(bytes));
  }

  return {
    path,
    offset: () => offset,
    async write(chunk) {
      if (room === 0) return;
      const kept = chunk.subarray(0, room);
      room -= kept.length;
      await append(kept);
      if (room === 0) await append(Buffer.from(`\n[log cut: this run printed more than ${mostBytes} bytes]\n`));
    },
    close: () => closeQuietly(file),
  };
}

async function attempt<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PortError('Agent.LogUnwritable', `The agent's log ${path} cannot be written: ${why}`, 'transient', {
      cause,
    });
  }
}

async function closeQuietly(file: FileHandle): Promise<void> {
  await file.close().catch(() => undefined);
}
