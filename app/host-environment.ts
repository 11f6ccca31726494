export { hostEnvironment } from '../adapters/config/host-environment.ts';
