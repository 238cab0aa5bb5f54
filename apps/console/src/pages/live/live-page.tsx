import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { overviewQuery } from '../../api/operations-queries.ts';
import { Chart, type ChartLine } from '../../parts/chart.tsx';
import { count, rate } from '../../parts/format.ts';
import { Figures } from '../../parts/figures.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { useCan } from '../../session/caller.tsx';
import { useSale } from './follow-sale.ts';
import { LiveSkus } from './live-skus.tsx';
import { NextExpiries } from './next-expiries.tsx';
import { Pipeline } from './pipeline.tsx';
import { RecentEvents } from './recent-events.tsx';
import type { SaleView } from './sale-model.ts';

export default function LivePage() {
  const { view, trouble } = useSale();
  const can = useCan();
  const { data: overview } = useQuery({
    ...overviewQuery(),
    refetchInterval: 2_000,
    enabled: can('ops:read'),
  });
  const busy = useBusySkus(view, overview?.refusing ?? [], overview?.selling ?? []);
  return (
    <Page title="Live">
      {trouble !== null && (
        <Alert variant="default" className="warning" title="No events come at the moment" role="status">
          {trouble} The page connects again by itself and misses nothing.
        </Alert>
      )}
      <Figures
        figures={[
          { label: 'Held a second', value: rate(view.rate.held), note: 'units' },
          { label: 'Confirmed a second', value: rate(view.rate.confirmed), note: 'units' },
          { label: 'Ended a second', value: rate(view.rate.ended), note: 'units given back' },
          { label: 'Holds', value: overview ? count(overview.holds.active) : '–' },
          { label: 'Waiting in line', value: overview ? count(overview.waiting) : '–' },
          { label: 'Events seen', value: count(view.events), note: 'since this page was opened' },
        ]}
      />
      <Section title="The last two minutes" hint="Units in each second">
        <SaleChart view={view} />
      </Section>
      <Section title="By SKU" hint="Those with the most units first">
        <LiveSkus busy={busy} view={view} />
      </Section>
      <div className="columns">
        {can('reservations:read') && <NextExpiries />}
        {overview && <Pipeline overview={overview} />}
        <RecentEvents events={view.recent} />
      </div>
    </Page>
  );
}

const SKUS_SHOWN = 8;

/** SKUs whose units move, and those that refuse: a sold-out SKU has no events. */
function useBusySkus(
  view: SaleView,
  refusing: readonly { readonly sku: string }[],
  selling: readonly { readonly sku: string }[],
): readonly string[] {
  const names = [...new Set([...view.skus, ...refusing, ...selling].map(({ sku }) => sku))].slice(
    0,
    SKUS_SHOWN,
  );
  const key = JSON.stringify(names);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the same names are the same list
  return useMemo(() => names, [key]);
}

function SaleChart({ view: { times, totals } }: { readonly view: SaleView }) {
  const newest = times.at(-1);
  // Once a second is enough for lines with one point a second.
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  const lines = useMemo((): ChartLine[] => {
    return [
      { label: 'Held', tone: 'blue', values: totals.map(({ held }) => held) },
      { label: 'Confirmed', tone: 'green', values: totals.map(({ confirmed }) => confirmed) },
      { label: 'Ended', tone: 'orange', values: totals.map(({ ended }) => ended) },
    ];
  }, [newest]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  const shown = useMemo(() => times, [newest]);
  return (
    <Chart label="Units held, confirmed and ended in each second" times={shown} lines={lines} height={200} />
  );
}
