import { isKeptForReplay, type Refusal } from '@holdfast/domain';
import { PROBLEM_CODES, problemOf, statusOf } from './problem.ts';

const REFUSALS: readonly Refusal['code'][] = [
  'insufficient_stock',
  'invalid_transition',
  'reservation_expired',
  'quantity_exceeds_remaining',
  'reservation_not_found',
  'sku_not_found',
  'location_not_found',
  'unknown_sku',
  'unknown_location',
  'quantity_limit_exceeded',
  'version_conflict',
  'idempotency_key_reused',
];

test.each(REFUSALS)('refusals with 409 or 412 are stored for a repeated key, and no others: %s', (code) => {
  expect(PROBLEM_CODES).toContain(code);
  const refusal = { code, detail: 'd', lines: [], currentStatus: 'held' } as Refusal;
  expect(isKeptForReplay(refusal)).toBe([409, 412].includes(statusOf(problemOf(refusal).code)));
});
