import type { GateName } from '../pipeline.ts';

/** Gates that may be unable to conclude; the others read facts that are there or not. */
export const MAY_BE_INCONCLUSIVE: readonly GateName[] = ['artifacts', 'review', 'tests', 'staging', 'health'];
