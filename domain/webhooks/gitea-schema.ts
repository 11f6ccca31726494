import { z } from 'zod';

/** Only what says where to look; everything else in a delivery, addresses above all, is left unread. */

const NOTHING = '0'.repeat(40);
/** A ref that is gone has a commit of zeros. */
const Sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/)
  .transform((sha) => (sha === NOTHING ? undefined : sha));
const Ref = z.string().min(1).max(500);

export const GiteaPlace = z.object({
  repository: z.object({ full_name: z.string().min(3).max(300) }),
  sender: z.object({ login: z.string().max(300) }).nullish(),
});

export const GiteaPush = z.object({ ref: Ref, after: Sha });

/** A deleted ref has no commit. */
export const GiteaRef = z.object({ ref: Ref, ref_type: z.string(), sha: Sha.nullish() });

export const GiteaPullRequest = z.object({
  pull_request: z.object({ head: z.object({ ref: Ref, label: z.string().max(500).nullish(), sha: Sha }) }),
});

export const GiteaStatus = z.object({ sha: Sha });
