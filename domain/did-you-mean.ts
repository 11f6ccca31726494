const LONGEST_COMPARED = 60;

/** One sentence for a name that is not on the list: what it is near to, and what is allowed. */
export function unknownName(what: string, name: string, allowed: readonly string[]): string {
  const near = nearest(name, allowed);
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  return `unknown ${what} "${short(name)}"${hint}, ${expectedOneOf(allowed)}`;
}

/** `expected one of a, b, c`. */
export function expectedOneOf(allowed: readonly string[]): string {
  return allowed.length === 0 ? 'none is defined' : `expected one of ${allowed.join(', ')}`;
}

/** The allowed name at most `most` typing mistakes away; by default a third of its letters, at least one. */
export function nearest(name: string, allowed: readonly string[], most?: number): string | undefined {
  if (name === '' || name.length > LONGEST_COMPARED) return undefined;
  const scored = allowed.map((candidate) => ({ candidate, distance: distance(name, candidate) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  if (!best) return undefined;
  return best.distance <= (most ?? Math.max(1, Math.floor(best.candidate.length / 3))) ? best.candidate : undefined;
}

/** Letters added, lost, replaced or swapped with their neighbour; by rows of the usual table. */
function distance(a: string, b: string): number {
  let previous: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(above, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? at(previous, column - 2) + 1 : Infinity;
      line.push(Math.min(replaced, swapped, at(above, column) + 1, at(line, column - 1) + 1));
    }
    previous = above;
    above = line;
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

function short(name: string): string {
  return name.length > LONGEST_COMPARED ? `${name.slice(0, LONGEST_COMPARED)}…` : name;
}
