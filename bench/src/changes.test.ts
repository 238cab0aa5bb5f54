import { changesSince } from './changes.ts';

const reportBefore = (figures: object) =>
  JSON.stringify({ machine: { at: '2026-12-01T00:00:00Z', commit: 'abc1234' }, ...figures });

const rounds = (...perSecond: readonly number[]) => perSecond.map((each) => ({ perSecond: each, count: 1 }));

test('each row is compared with the row at its place in the report before, whose commit is named', () => {
  const before = reportBefore({
    rows: [
      { name: 'create', rounds: rounds(90, 100, 500), share: 0.8 },
      { name: 'confirm', rounds: rounds(200), share: null },
      { name: 'is gone', rounds: rounds(1) },
    ],
  });
  const now = {
    rows: [
      { name: 'create', rounds: rounds(150, 110, 1), share: 1 },
      { name: 'confirm', rounds: rounds(100), share: 1 },
      { name: 'is new', rounds: rounds(1) },
    ],
  };
  expect(changesSince(before, now)?.split('\n')).toEqual([
    'Change since the report before (commit abc1234, 2026-12-01T00:00:00Z):',
    '',
    '|  | a second | share |',
    '|---|---:|---:|',
    '| create | +10% | +25% |',
    '| confirm | -50% | - |',
  ]);
});

const findings = (value: number) => ({
  results: [{ name: 'steady', findings: { PostgreSQL: [{ what: 'calls', value }] } }],
  others: [{ what: 'calls', value }],
});

test('rows of one name are shown with their places, and findings are rows', () => {
  expect(
    changesSince(reportBefore(findings(10)), findings(11))
      ?.split('\n')
      .slice(2),
  ).toEqual([
    '|  | value |',
    '|---|---:|',
    '| results, steady, findings, PostgreSQL, calls | +10% |',
    '| others, calls | +10% |',
  ]);
});

test('reports without a row in common are not compared', () => {
  expect(
    changesSince(reportBefore({ rounds: [{ bare: 1 }] }), { rows: [{ name: 'one', value: 1 }] }),
  ).toBeNull();
});
