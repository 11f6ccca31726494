import { expect, test } from 'vitest';
import { PortError } from '../../../activities/ports.ts';
import { createPolicies } from '../../../adapters/config/policies.ts';
import { LEAST, load } from './config-file.ts';

test('a project has the policy of its file; another project is trouble with the configuration', () => {
  const read = load(LEAST);
  if (read.kind === 'invalid') throw new Error('the file is invalid');
  const policies = createPolicies(read.config, async () => undefined);
  expect(policies.of('ORCH')).toBe(read.config.projects['ORCH']?.policy);
  expect(() => policies.of('PEAR')).toThrow(PortError);
  expect(() => policies.of('constructor')).toThrow(
    `Project "constructor" is not in ${read.config.file}, expected one of ORCH.`,
  );
});
