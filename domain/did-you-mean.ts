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

/** Edit distance, by rows of the usual table. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(a).entries()) {
    const line = [row + 1];
    for (const [column, other] of Array.from(b).entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}

function short(name: string): string {
  return name.length > LONGEST_COMPARED ? `${name.slice(0, LONGEST_COMPARED)}…` : name;
}
