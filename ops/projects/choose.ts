import type { OpsDeps } from '../deps.ts';
import { OpsError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { Projects } from './projects.ts';

/** The named project, else those of the configuration, else, where there is none, those whose intake runs. */
export async function chooseProjects(
  name: string | undefined,
  projects: Projects,
  deps: Pick<OpsDeps, 'loadConfig'>,
): Promise<readonly string[]> {
  if (name !== undefined) return [name];
  const read = deps.loadConfig();
  const found = read.kind === 'loaded' ? Object.keys(read.config.projects) : await projects.running();
  if (found.length > 0) return found;
  throw new OpsError({
    what: 'No project is known here, and no intake runs.',
    run: 'conveyor setup',
    exit: EXIT.failed,
  });
}
