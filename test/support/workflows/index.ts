export { askAtOnce, echoOnEveryQueue, stubbornWork, waitThenUpsert, workThenHear } from './smoke.ts';
