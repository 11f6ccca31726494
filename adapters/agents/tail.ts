/** The last bytes of a stream; memory stays at twice `most` bytes, however much flows through. */
export type Tail = { add(chunk: Buffer): void; text(): string };

export function createTail(most: number): Tail {
  const buffer = Buffer.allocUnsafe(2 * most);
  let end = 0;
  let whole = true;

  function keep(bytes: number): void {
    buffer.copyWithin(0, end - bytes, end);
    end = bytes;
    whole = false;
  }

  return {
    add(chunk) {
      if (chunk.length >= most) keep(0);
      else if (end + chunk.length > buffer.length) keep(most);
      end += chunk.copy(buffer, end, Math.max(0, chunk.length - most));
    },
    /** Begins at the beginning of a line. */
    text() {
      const from = Math.max(0, end - most);
      const text = buffer.toString('utf8', from, end);
      return whole && from === 0 ? text : text.slice(text.indexOf('\n') + 1);
    },
  };
}
