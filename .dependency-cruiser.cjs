/**
 * The import arrows of ARCHITECTURE.md, checked by `npm run check`:
 *
 *   apps -> {ledger, db, jobs, gateway, events, runtime} -> domain; events and the API -> contract
 */
/** What only tests use. */
const FOR_TESTS = '\\.test\\.ts$|^(apps|packages)/[^/]+/src/(testing|fixtures)/';

const only = (name, from, allowed) => ({
  name,
  comment: `${from} may import no workspace but ${allowed.join(', ') || 'none'}`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: FOR_TESTS },
  to: { path: '^(apps|packages|scripts|tests)/', pathNot: [from, ...allowed].map((place) => `^${place}/`) },
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
      from: { path: '^packages/domain/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/domain/' },
    },
    only('db-arrows', 'packages/db', ['packages/domain']),
    only('ledger-arrows', 'packages/ledger', ['packages/domain', 'packages/db']),
    only('jobs-arrows', 'packages/jobs', ['packages/domain']),
    only('gateway-arrows', 'packages/gateway', ['packages/domain']),
    only('events-arrows', 'packages/events', ['packages/contract', 'packages/domain']),
    only('contract-arrows', 'packages/contract', []),
    only('runtime-arrows', 'packages/runtime', []),
    ...['api', 'worker', 'gateway-sim'].map((app) =>
      only(`${app}-imports-no-app`, `apps/${app}`, ['packages/(?!testing)[a-z]+']),
    ),
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: `${FOR_TESTS}|^packages/testing/` },
      to: { path: `${FOR_TESTS}|^packages/testing/` },
    },
    importedOnlyBy('bullmq', 'packages/jobs'),
    importedOnlyBy('bottleneck', 'packages/gateway'),
    importedOnlyBy('@prisma', 'packages/db'),
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'packages/db/src/generated' },
    parser: 'swc',
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
