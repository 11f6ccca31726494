import { expect, it } from 'vitest';
import { apiUrlOf } from '../../app/api-url.ts';

it.each([
  ['at its port on loopback', undefined, 'http://127.0.0.1:7400'],
  ['where it is said to be', 'http://api:7400', 'http://api:7400'],
])('the webhook endpoint is %s', (_where, url, expected) => {
  expect(apiUrlOf({ CONVEYOR_API_URL: url, CONVEYOR_API_PORT: 7400 })).toBe(expected);
});
