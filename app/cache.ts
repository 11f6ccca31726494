export { userCacheRoot as bundleCacheRoot } from '../adapters/temporal/cli-cache.ts';
