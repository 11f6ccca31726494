export { bare } from './bare.ts';
export { woken } from './woken.ts';
