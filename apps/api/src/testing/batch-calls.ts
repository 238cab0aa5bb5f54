import type { z } from 'zod';
import { batchAnswer } from '../reservations/create-reservation-batch.ts';
import type { ApiScenario } from './api-scenario.ts';
import type { Reply, TestApi } from './start-api.ts';

export type BatchResult = z.infer<typeof batchAnswer>['results'][number];

/** `POST /v1/reservations/batch`. */
export const sendBatch = (
  api: TestApi,
  reservations: readonly object[],
  rest: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> => api.call('post', '/v1/reservations/batch', { reservations, ...rest }, headers);

/** @throws when it is not what a batch answers */
export const resultsOf = ({ body }: Reply): readonly BatchResult[] => batchAnswer.parse(body).results;

export const oneLine = (sku: string, quantity = 1, idempotency_key?: string) => ({
  lines: [{ sku, quantity }],
  ...(idempotency_key === undefined ? {} : { idempotency_key }),
});

/** The result of each entry of a batch: its status, or the code of its problem, and whether it is a replay. */
export const shortly = (reply: Reply): readonly string[] =>
  resultsOf(reply).map((result) => {
    const came = 'problem' in result ? `${result.status} ${result.problem.code}` : String(result.status);
    return result.replayed ? `${came} replayed` : came;
  });

/** @throws when one of them was refused */
export const idsOf = (reply: Reply): readonly string[] =>
  resultsOf(reply).map((result) => {
    if ('reservation' in result) return result.reservation.id;
    throw new Error(`refused: ${JSON.stringify(result)}`);
  });

/** How many reservations have a line of the SKU. */
export const countReservations = (scenario: ApiScenario, sku: string): Promise<number> =>
  scenario.rows('reservation_lines WHERE sku = $1', [sku]);
