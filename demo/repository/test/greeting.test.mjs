import assert from 'node:assert/strict';
import test from 'node:test';
import { greeting } from '../service/greeting.mjs';

test('greets a visitor by name', () => {
  assert.equal(greeting('Ada'), 'Hello, Ada!');
});
