import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../docs/documents.ts';

/** `${NAME}`, `${NAME:-default}` or `${NAME:?what to do}`. */
const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

const Time = z.string().regex(/^\d+(?:s|m)$/);
const Text = z.string().min(1);
const Words = z.array(Text).min(1);
/** null: handed on as the shell or `.env` has it. */
const Variables = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string().nullable());
const Condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

const Mount = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('volume'), source: Text, target: Text }),
  z.strictObject({
    type: z.literal('bind'),
    source: Text,
    target: Text,
    read_only: z.literal(true),
    bind: z.strictObject({ create_host_path: z.literal(false) }),
  }),
]);

const HealthCheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: Words.refine(([kind]) => kind === 'CMD', 'no shell'),
    interval: Time,
    timeout: Time,
    retries: z.int().min(1),
    start_period: Time.optional(),
  }),
]);

/** The part of the Compose specification that we use; anything else is a typing mistake. */
const Service = z.strictObject({
  image: Text,
  build: Text.optional(),
  restart: z.enum(['unless-stopped', 'on-failure:5']),
  stop_grace_period: Time.optional(),
  cap_drop: z.tuple([z.literal('ALL')]).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]).optional(),
  logging: z.strictObject({ driver: Text, options: z.record(Text, Text) }),
  entrypoint: Words.optional(),
  command: Words.optional(),
  pid: Text.optional(),
  read_only: z.literal(true).optional(),
  tmpfs: Words.optional(),
  environment: Variables.default({}),
  env_file: z.array(z.strictObject({ path: Text, required: z.literal(false) })).optional(),
  configs: z.array(z.strictObject({ source: Text, target: Text })).default([]),
  ports: z.array(Text).default([]),
  volumes: z.array(Mount).default([]),
  networks: z.array(Text).default([]),
  network_mode: z.literal('none').optional(),
  depends_on: z.record(Text, z.strictObject({ condition: Condition, restart: z.literal(true).optional() })).default({}),
  healthcheck: HealthCheck.optional(),
});
export type Service = z.infer<typeof Service>;

/** Keys that start with `x-` are fragments; what they hold has been merged into the services. */
const Compose = z
  .record(z.string(), z.unknown())
  .transform((file) => Object.fromEntries(Object.entries(file).filter(([key]) => !key.startsWith('x-'))))
  .pipe(
    z.strictObject({
      name: Text,
      services: z.record(Text, Service),
      configs: z.record(Text, z.strictObject({ content: Text })),
      networks: z.record(Text, z.strictObject({ internal: z.literal(true) }).nullable()),
      volumes: z.record(Text, z.null()),
    }),
  );
export type Compose = z.infer<typeof Compose>;

export const COMPOSE_TEXT = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

/** Throws for anything the schema does not know. */
export function readCompose(text = COMPOSE_TEXT): Compose {
  return Compose.parse(parse(text, { merge: true, uniqueKeys: true }));
}

/** Every variable a piece of the file asks the shell for. */
export function asked(text: string): { name: string; sign: '-' | '?' | undefined; words: string }[] {
  return [...text.matchAll(VARIABLE)].map(([, name = '', sign, words = '']) => ({
    name,
    sign: sign === '-' || sign === '?' ? sign : undefined,
    words,
  }));
}

/** The text as Compose hands it on. Throws what Compose would say for a required variable that is unset. */
export function filledIn(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(VARIABLE, (_whole, name: string, sign: string | undefined, words = '') => {
    const value = given[name];
    if (value !== undefined && value !== '') return value;
    if (sign === '?') throw new Error(`required variable ${name} is missing a value: ${words}`);
    return words;
  });
}

/** What the programs of a service see, given the shell's variables. */
export function environmentOf(service: Service, given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service.environment).flatMap(([name, text]) => {
      const value = text === null ? given[name] : filledIn(text, given);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The services that run our image. */
export function ours({ services }: Compose): [name: string, service: Service][] {
  return Object.entries(services).filter(([, { build }]) => build !== undefined);
}
