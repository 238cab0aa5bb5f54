import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { demandQuery } from '../../api/stock-queries.ts';
import type { Demand } from '../../api/types.ts';
import { Chart, type ChartLine } from '../../parts/chart.tsx';
import { serverNow } from '../../parts/clock.ts';
import { Figures } from '../../parts/figures.tsx';
import { count, describeSpan, fullTime, plural } from '../../parts/format.ts';
import { Section } from '../../parts/page.tsx';
import { Empty, Loaded } from '../../parts/states.tsx';

const SPANS = {
  '10 minutes': { ms: 600_000, bucket: 'second' },
  '1 hour': { ms: 3_600_000, bucket: 'minute' },
  '1 day': { ms: 86_400_000, bucket: 'minute' },
  '7 days': { ms: 604_800_000, bucket: 'hour' },
} as const;

type SpanName = keyof typeof SPANS;

const isSpan = (name: string): name is SpanName => name in SPANS;

const isoTime = (at: number) => new Date(at).toISOString();

/** A sale in numbers: what was asked for, and what became of it. */
export function DemandReport({ sku }: { readonly sku: string }) {
  const [span, setSpan] = useState<SpanName>('1 hour');
  const { ms, bucket } = SPANS[span];
  const [to] = useState(() => serverNow());
  const query = useQuery(demandQuery(sku, isoTime(to - ms), isoTime(to), bucket));
  return (
    <Section
      title="Demand"
      hint="Calls that asked for this SKU, and the units"
      actions={
        <NativeSelect
          aria-label="Time"
          data={Object.keys(SPANS).map((name) => ({ value: name, label: `Last ${name}` }))}
          value={span}
          onChange={(event) => isSpan(event.currentTarget.value) && setSpan(event.currentTarget.value)}
        />
      }
    >
      <Loaded query={query}>{(demand) => <Report demand={demand} />}</Loaded>
    </Section>
  );
}

const calls = ({ calls: number }: { readonly calls: number }) => plural(number, 'call');

function Report({ demand }: { readonly demand: Demand }) {
  const { asked, held, confirmed, refused, waiting, expired, sold_out, customers } = demand;
  const chart = useMemo(() => chartOf(demand), [demand]);
  if (asked.calls === 0 && confirmed.calls === 0 && expired.calls === 0) {
    return <Empty title="No call asked for this SKU in this time" />;
  }
  return (
    <>
      <Figures
        figures={[
          { label: 'Asked for', value: count(asked.units), note: calls(asked) },
          { label: 'Held', value: count(held.units), note: calls(held) },
          { label: 'Confirmed', value: count(confirmed.units), note: calls(confirmed) },
          { label: 'Refused', value: count(refused.units), note: calls(refused) },
          { label: 'Waited in line', value: count(waiting.units), note: calls(waiting) },
          { label: 'Ended unpaid', value: count(expired.units), note: plural(expired.calls, 'hold') },
          {
            label: 'Sold out for',
            value: describeSpan(sold_out.seconds * 1_000),
            note: sold_out.first_at === null ? 'never' : `from ${fullTime(sold_out.first_at)}`,
          },
          {
            label: 'Customers served',
            value: count(customers.served),
            note: customers.median_units !== null && `median ${plural(customers.median_units, 'unit')}`,
          },
        ]}
      />
      {chart.times.length > 1 && <Chart label="Units held, confirmed and refused over time" {...chart} />}
    </>
  );
}

const BUCKET_SECONDS = { second: 1, minute: 60, hour: 3_600 } as const;

/** Buckets in which nothing happened are left out of the report, and are 0 in the chart. */
function chartOf({ buckets, bucket, from, to }: Demand) {
  const step = BUCKET_SECONDS[bucket];
  const first = Math.floor(Date.parse(from) / 1_000 / step) * step;
  const length = Math.ceil((Date.parse(to) / 1_000 - first) / step);
  const times = Array.from({ length }, (_none, index) => first + index * step);
  const byTime = new Map(buckets.map((each) => [Date.parse(each.at) / 1_000, each]));
  const unitsOf = (what: 'held' | 'confirmed' | 'refused') =>
    times.map((time) => byTime.get(time)?.[what].units ?? 0);
  const lines: ChartLine[] = [
    { label: 'Held', tone: 'blue', values: unitsOf('held') },
    { label: 'Confirmed', tone: 'green', values: unitsOf('confirmed') },
    { label: 'Refused', tone: 'red', values: unitsOf('refused') },
  ];
  return { times, lines };
}
