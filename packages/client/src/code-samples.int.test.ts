import { z } from 'zod';
import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';
import { OPERATIONS } from './generated/operations.ts';
import { createClient, HoldfastError, isHoldfastError } from './index.ts';

const scenario = scenarioOfSuite();

const operation = z.object({ 'x-codeSamples': z.tuple([z.object({ source: z.string() })]).optional() });
const described = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor;

/** What stands behind the creation of the client, as a function of what comes before it. */
function callIn(source: string): (...given: readonly unknown[]) => Promise<void> {
  const created = '});\n\n';
  const begin = source.indexOf(created) + created.length;
  return AsyncFunction('holdfast', 'isHoldfastError', 'console', source.slice(begin)) as never;
}

/** The operations that a text calls, as `GET /v1/reservations/{id}`. */
const calledIn = (source: string): readonly string[] =>
  [...source.matchAll(/holdfast\.(\w+)\.(\w+)\(/g)].map(([, resource = '', name = '']) => {
    const functions: Readonly<Record<string, { readonly method: string; readonly path: string }>> =
      Object.entries(OPERATIONS).find(([each]) => each === resource)?.[1] ?? {};
    return `${functions[name]?.method} ${functions[name]?.path}`;
  });

test('every sample of the reference calls the operation that it stands at, as the API understands it', async () => {
  await scenario.stock('TSHIRT-M', 100, 'WH-EAST');
  const { body } = await scenario.api.call('get', '/openapi.json');
  const holdfast = createClient({ baseUrl: scenario.api.url, retriesMax: 0 });
  let samples = 0;
  for (const [path, methods] of Object.entries(described.parse(body).paths)) {
    for (const [method, { 'x-codeSamples': [sample] = [] }] of Object.entries(methods)) {
      if (!sample) continue;
      samples += 1;
      expect(calledIn(sample.source)).toContain(`${method.toUpperCase()} ${path}`);
      const call = callIn(sample.source)(holdfast, isHoldfastError, { log: () => {} });
      const refusal: unknown = await call.catch((error: unknown) => error);
      // The id of the samples is of no reservation here.
      const code = refusal instanceof HoldfastError ? refusal.code : refusal;
      expect([undefined, 'reservation_not_found']).toContain(code);
    }
  }
  expect(samples).toBeGreaterThan(20);
});
