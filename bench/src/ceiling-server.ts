/**
 * The service without its storage: the API's own Express app, routes, parsing and answers, over a ledger that knows
 * nothing and says yes. What it does in a second is the most that any storage could reach behind this API.
 */
import { apiEnvironment } from '@holdfast/api/config';
import { openAccessControl } from '@holdfast/api/access-control';
import { primaryOnly } from '@holdfast/api/read-sources';
import { startServer } from '@holdfast/api';
import { allocate, showReservation, type ReserveCommand, type Reservation } from '@holdfast/domain';
import { createLogger, createMetrics, readConfig, runProcess } from '@holdfast/runtime';

const answer = ({ reservationId, lines }: ReserveCommand): Reservation => ({
  id: reservationId,
  status: 'held',
  orderId: 'o-1001',
  cartId: null,
  customerId: null,
  storeId: null,
  source: null,
  sourcing: 'split',
  locations: null,
  ifShort: 'reject',
  releaseReason: null,
  paymentReference: null,
  expiresAt: Date.now() + 900_000,
  heldAt: null,
  wait: null,
  extensions: 0,
  lines: lines.map((line) => ({
    ...line,
    confirmedQuantity: 0,
    requestedQuantity: line.quantity,
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    returnedQuantity: 0,
    allocations: [allocate('WH-1', line.quantity)],
  })),
  notifyBeforeSeconds: null,
  warehouseSync: null,
  metadata: {},
  version: 1,
  syncCount: 0,
  createdAt: Date.now(),
  updatedAt: Date.now(),
  confirmedAt: null,
  releasedAt: null,
  expiredAt: null,
  cancelledAt: null,
  fulfilledAt: null,
  withdrawnAt: null,
  createFingerprint: null,
});

const noStorage = {
  submit: (command: ReserveCommand) =>
    Promise.resolve({
      outcome: { ok: true, reservation: showReservation(answer(command), Date.now()), changed: true },
      replayed: false,
    }),
};

void runProcess('ceiling', () => {
  const config = readConfig(apiEnvironment, {
    PORT: '0',
    DATABASE_URL: 'postgresql://none',
    LOG_LEVEL: 'warn',
  });
  const log = createLogger('ceiling', config.logLevel);
  const context = {
    config,
    log,
    metrics: createMetrics('ceiling'),
    database: { prisma: {} }, // asked only for names that break the rule
    sources: primaryOnly({} as Parameters<typeof primaryOnly>[0]),
    ledger: noStorage,
    producer: { boardQueues: () => [] },
    canWrite: () => Promise.resolve(true),
    accessControl: openAccessControl(config, log),
    stopping: new AbortController(),
    opened: [],
  } as unknown as Parameters<typeof startServer>[0];
  return startServer(context, { withHotRouter: false }); // the ceiling is Express's
});
