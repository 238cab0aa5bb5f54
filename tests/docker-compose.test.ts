import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProblemCode } from '@holdfast/contract';
import { Problem } from '../apps/api/src/http/problem.ts';

function namesIn(file: string, pattern: RegExp): string[] {
  const text = readFileSync(join(__dirname, '..', file), 'utf8');
  return [...new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''))];
}

const explained = namesIn('.env.example', /^# ([A-Z_]+)=/gm);
/** What it takes from .env, and what it hands to its processes. */
const taken = namesIn('docker-compose.yml', /\$\{([A-Z_0-9]+)/g);
const handed = namesIn('docker-compose.yml', /^ +([A-Z_0-9]+): /gm);

test('whatever .env.example explains reaches the fleet', () => {
  const ofNpmCommands = ['DATA_DIR', 'HOLDFAST_API_KEY'];
  const ofOtherServers = ['REDIS_CA_FILE', 'KAFKA_CA_FILE']; // the fleet's own have no TLS
  const known = new Set([...taken, ...handed, ...ofNpmCommands, ...ofOtherServers]);
  expect(explained.filter((name) => !known.has(name))).toEqual([]);
});

test('whatever the fleet takes from .env is explained in .env.example', () => {
  expect(taken).toContain('API_KEYS');
  expect(taken.filter((name) => !explained.includes(name))).toEqual([]);
});

test('the balancer answers in the form of an API', () => {
  const text = readFileSync(join(__dirname, '../deploy/haproxy.cfg'), 'utf8');
  const bodies = [...text.matchAll(/^ +http-error status .* string '(.*)'/gm)].map(
    ([, body]) => JSON.parse(body ?? '') as { code: ProblemCode; detail: string },
  );
  expect(bodies).toHaveLength(6);
  for (const body of bodies) {
    expect(body).toMatchObject(new Problem(body.code, body.detail).toDocument('balancer', ''));
  }
});
