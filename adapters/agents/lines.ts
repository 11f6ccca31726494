/** The lines of a stream, each as soon as it ends. Of a line longer than `most` bytes only the beginning is kept. */
export type Lines = {
  add(chunk: Buffer): void;
  /** The stream has ended: what is left is a line too. */
  end(): void;
};

const NEWLINE = 0x0a;

export function createLines(most: number, onLine: (line: Buffer) => void): Lines {
  let open: Buffer[] = [];
  let held = 0;

  function keep(part: Buffer): void {
    const kept = part.subarray(0, most - held);
    if (kept.length === 0) return;
    // A copy: a part must not keep its whole chunk in memory.
    open.push(Buffer.from(kept));
    held += kept.length;
  }

  function finish(part: Buffer): void {
    if (held === 0) return onLine(part.subarray(0, most));
    keep(part);
    const line = Buffer.concat(open);
    open = [];
    held = 0;
    onLine(line);
  }

  return {
    add(chunk) {
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
        finish(chunk.subarray(from, to));
        from = to + 1;
      }
      keep(chunk.subarray(from));
    },
    end() {
      if (held > 0) finish(Buffer.alloc(0));
    },
  };
}
