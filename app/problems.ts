/** What commands need to tell trouble and problems with the configuration; loads nothing else. */

export { PortError } from '../activities/ports.ts';
export { formatProblem } from '../adapters/config/problem.ts';
