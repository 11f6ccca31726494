import { z } from 'zod';

const UNITS: Record<string, number> = { MiB: 2 ** 20, GiB: 2 ** 30 };
const MOST = 2 ** 50;

const EXPECTED = 'expected a size such as 512MiB or 8GiB';

/** A size in bytes: `8GiB` → 8589934592. */
export const Size = z.unknown().transform((text, context): number => {
  const [, amount, unit] = (typeof text === 'string' && /^(\d{1,6})(MiB|GiB)$/.exec(text)) || [];
  const bytes = Number(amount) * (UNITS[unit ?? ''] ?? 0);
  if (bytes > 0 && bytes <= MOST) return bytes;
  context.addIssue({ code: 'custom', message: EXPECTED });
  return z.NEVER;
});
