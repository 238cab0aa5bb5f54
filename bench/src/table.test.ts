import { findingsTable } from './findings.ts';
import { cpuTable, digits, medianColumn, nameColumn, table, verdict } from './table.ts';

const NAN = Number.NaN;

test('a table shows names, whole numbers, digits, what is not known and what there is not', () => {
  const rows = [
    { name: 'one', rounds: [1_500.4, 900, 2_000], share: 0.5 },
    { name: 'two', rounds: [NAN], share: undefined },
  ];
  const columns = [
    nameColumn,
    medianColumn('a second', (perSecond: number) => perSecond),
    ['share', ({ share }: (typeof rows)[number]) => share, digits(2)],
  ] as const;
  expect(table(rows, columns)).toBe(
    ['|  | a second | share |', '|---|---:|---:|', '| one | 1,500 | 0.50 |', '| two | - |  |'].join('\n'),
  );
});

test('CPU seconds are medians with their sum, and left out where none can be read', () => {
  const one = { name: 'one', rounds: [{ cpu: { API: 1 } }, { cpu: { API: 3 } }] };
  expect(cpuTable([one], ['API', 'worker'])).toContain('| one | 2.000 | - | 2.000 |');
  expect(cpuTable([{ name: 'one', rounds: [{ cpu: {} }] }], ['API'])).toBeNull();
});

test('findings stand beside each other by place, and one that misses its goal is bold', () => {
  const goal = { atLeast: 50 };
  const lines = findingsTable({
    PostgreSQL: [{ what: 'arrivals', value: 50.664, goal }],
    Redis: [
      { what: 'arrivals', value: 46.5, goal },
      { what: 'memory', value: 23 },
    ],
  }).split('\n');
  expect(lines.slice(2)).toEqual([
    '| arrivals | 50.66 | **46.50** | at least 50: **not met** |',
    '| memory |  | 23 | - |',
  ]);
  expect(verdict('0', true)).toBe('0: met');
});
