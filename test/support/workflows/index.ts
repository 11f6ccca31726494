export { askAtOnce, echoOnEveryQueue, stubbornWork, waitThenUpsert } from './smoke.ts';
