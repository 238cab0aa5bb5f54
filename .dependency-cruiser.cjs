/**
 * The import arrows of ARCHITECTURE.md, checked by `npm run check`:
 *
 *   apps -> hot-path -> ledger; apps -> {ledger, webhooks, warehouse, reconciliation, jobs} -> {reservations, stock, events, idempotency} -> {db, domain,
 *   contract}; jobs uses only contract and the connections of db; those that use Redis open it by
 *   runtime/src/redis
 */
/** The one wait with a limit: it imports nothing, and every package may use it. */
const BOUNDED_WAITS = 'packages/runtime/src/bounded-waits.ts';

/** How every connection to Redis is opened: packages that use Redis may use it. */
const REDIS = 'packages/runtime/src/redis';

/** Used by tests only. */
const FOR_TESTS = '\\.test\\.ts$|^(apps|packages)/[^/]+/src/(testing|fixtures)/';

const only = (name, from, allowed) => ({
  name,
  comment: `${from} may import no workspace but ${allowed.join(', ') || 'none'}`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: FOR_TESTS },
  to: {
    path: '^(apps|bench|examples|packages|scripts|tests)/',
    pathNot: [from, ...allowed].map((place) => `^${place}(/|$)`),
  },
});

const importedOnlyBy = (module, place) => ({
  name: `${module}-only-in-${place.replaceAll('/', '-')}`,
  comment: `${place} is the only place that knows ${module}`,
  severity: 'error',
  from: { path: '^(apps|packages)/', pathNot: `^${place}/|\\.test\\.ts$` },
  to: { path: `node_modules/${module}/` },
});

module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'the rules know no library, no clock and no I/O',
      severity: 'error',
      from: { path: '^packages/domain/', pathNot: FOR_TESTS },
      to: { pathNot: '^packages/domain/' },
    },
    only('db-arrows', 'packages/db', [BOUNDED_WAITS]),
    only('idempotency-arrows', 'packages/idempotency', ['packages/db']),
    only('stock-arrows', 'packages/stock', ['packages/domain', 'packages/db']),
    only('reservations-arrows', 'packages/reservations', [
      'packages/contract',
      'packages/domain',
      'packages/db',
      'packages/stock',
    ]),
    only('ledger-arrows', 'packages/ledger', [
      'packages/domain',
      'packages/db',
      'packages/idempotency',
      'packages/stock',
      'packages/reservations',
      BOUNDED_WAITS,
    ]),
    only('hot-path-arrows', 'packages/hot-path', [
      'packages/domain',
      'packages/db',
      'packages/idempotency',
      'packages/ledger',
      'packages/stock',
      'packages/reservations',
      BOUNDED_WAITS,
      REDIS,
    ]),
    only('jobs-arrows', 'packages/jobs', [
      'packages/contract',
      'packages/db/src/connections',
      BOUNDED_WAITS,
      REDIS,
    ]),
    only('warehouse-arrows', 'packages/warehouse', [
      'packages/contract',
      'packages/domain',
      'packages/db',
      'packages/reservations',
      REDIS,
    ]),
    only('events-arrows', 'packages/events', [
      'packages/contract',
      'packages/domain',
      'packages/db',
      'packages/idempotency',
      'packages/reservations',
      REDIS,
    ]),
    only('webhooks-arrows', 'packages/webhooks', ['packages/contract', 'packages/db', 'packages/events']),
    only('kafka-arrows', 'packages/kafka', [
      'packages/contract',
      'packages/db',
      'packages/events',
      BOUNDED_WAITS,
    ]),
    only('reconciliation-arrows', 'packages/reconciliation', [
      'packages/domain',
      'packages/db',
      'packages/reservations',
    ]),
    only('client-arrows', 'packages/client', []),
    only('examples-arrows', 'examples', ['packages/client']),
    only('contract-arrows', 'packages/contract', []),
    only('runtime-arrows', 'packages/runtime', ['packages/contract']),
    ...['api', 'worker', 'gateway-sim'].map((app) =>
      only(`${app}-imports-no-app`, `apps/${app}`, ['packages/(?!testing)[a-z-]+']),
    ),
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: `${FOR_TESTS}|^packages/testing/` },
      to: { path: `${FOR_TESTS}|^packages/testing/` },
    },
    {
      name: 'runs-without-dev-dependencies',
      comment: '`npm start` and the image install no devDependencies; the image none of the root',
      severity: 'error',
      from: {
        path: '^(apps|examples|packages/[^/]+/src|prisma)/|^scripts/(start|import|api-key|names|embedded-postgres|bootstrap)[/.]',
        pathNot: FOR_TESTS,
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    importedOnlyBy('bullmq', 'packages/jobs'),
    importedOnlyBy('bottleneck', 'packages/warehouse'),
    importedOnlyBy('@prisma', 'packages/db'),
    importedOnlyBy('ioredis', REDIS),
    importedOnlyBy('kafkajs', 'packages/kafka'),
    {
      name: 'bench-stands-alone',
      comment: 'commands write their results as the benchmarks do; nothing else knows them',
      severity: 'error',
      from: { pathNot: '^(bench|scripts)/' },
      to: { path: '^bench/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The parser knows no JSX: .oxlintrc.json has the rules for imports of the console.
    exclude: { path: 'packages/db/src/generated|^apps/console/(src|dist)' },
    parser: 'swc',
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
