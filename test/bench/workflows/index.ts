export { bare } from './bare.ts';
