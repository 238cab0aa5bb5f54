import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mostlyOn, ofSuite } from '@holdfast/testing';
import { openFleet } from './fleet.ts';

const read = (path: string): string => readFileSync(join(__dirname, '..', path), 'utf8');
const alerts = read('deploy/prometheus/alerts.yml');
const dashboard = read('deploy/grafana/dashboards/holdfast.json');
const operations = read('docs/operations.md');

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');

describe.each(mostlyOn('postgres'))('with queues on $name', (backend) => {
  const fleet = ofSuite(() => openFleet(backend));

  test('an API and a worker have every series that the dashboard and the alerts ask for', async () => {
    const processes = [...fleet.apis, ...fleet.workers];
    const texts = await Promise.all(processes.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const known = new Set(texts.flatMap(seriesIn));
    const asked = new Set(
      [alerts, dashboard].flatMap((text) => all(text, /\b((?:holdfast|nodejs|process)_[a-z0-9_]+)/g)),
    );
    expect(asked.size).toBeGreaterThan(40);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  test('a worker refuses an unknown path as an API does', async () => {
    for (const { url } of [...fleet.apis, ...fleet.workers]) {
      const reply = await fetch(`${url}/nowhere`);
      expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(await reply.json()).toMatchObject({ status: 404, code: 'not_found' });
    }
  });
});

/** The names under which the metrics of a scrape can be asked for. */
function seriesIn(scrape: string): string[] {
  return [...scrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}

test('every alert has a chapter that says what to do, and points at it', () => {
  const names = all(alerts, /^ *- alert: (\w+)$/gm);
  expect(names.length).toBeGreaterThan(20);
  expect(all(alerts, /runbook_url: (\S+)$/gm)).toEqual(
    names.map((name) => `docs/operations.md#${name.toLowerCase()}`),
  );
  expect(all(operations, /^### ([A-Z]\w+)$/gm).toSorted()).toEqual(names.toSorted());
});
