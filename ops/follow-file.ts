import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 64 * 1024;

/** Hands over what the file holds from where it stopped last time; a character is never cut in two. */
export function createFileReader(path: string): { readOn(take: (text: string) => void): Promise<void> } {
  const decoder = new StringDecoder('utf8');
  let offset = 0;
  return {
    async readOn(take) {
      const file = await open(path, 'r');
      try {
        const chunk = Buffer.alloc(CHUNK_BYTES);
        for (;;) {
          const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, offset);
          if (bytesRead === 0) return;
          offset += bytesRead;
          take(decoder.write(chunk.subarray(0, bytesRead)));
        }
      } finally {
        await file.close();
      }
    },
  };
}
