import { useQuery } from '@tanstack/react-query';
import { overviewQuery } from '../../api/operations-queries.ts';
import type { Overview } from '../../api/types.ts';
import { Figures, type Figure } from '../../parts/figures.tsx';
import { count, describeSpan, plural } from '../../parts/format.ts';
import { SkuLink } from '../../parts/links.tsx';
import { Page, Section } from '../../parts/page.tsx';
import { RecordTable, type Column } from '../../parts/record-table.tsx';
import { Loaded } from '../../parts/states.tsx';
import { TimeAgo } from '../../parts/times.tsx';
import { Link } from '../../router.tsx';

export default function OverviewPage() {
  const overview = useQuery(overviewQuery());
  return (
    <Page title="Overview">
      <Loaded query={overview}>
        {(now) => (
          <>
            <Section title="Reservations">
              <Figures figures={reservationFigures(now)} />
            </Section>
            <div className="columns">
              <Section title="Warehouse">
                <Figures figures={warehouseFigures(now)} />
              </Section>
              <Section title="Stock and events">
                <Figures figures={otherFigures(now)} />
              </Section>
            </div>
            <div className="columns">
              <BusySkus title="Selling" hint="Most units reserved in the last 5 minutes" rows={now.selling} />
              <BusySkus
                title="Refusing"
                hint="Most calls refused in the last 5 minutes"
                rows={now.refusing}
              />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const linked = (to: string, text: string) => (
  <Link to={to} className="link">
    {text}
  </Link>
);

/** Holds that are overdue for longer than an expiry job takes mean that no worker runs. */
const reservationFigures = ({ holds, waiting }: Overview): Figure[] => [
  {
    label: 'Holds',
    value: linked('/reservations?status=held', count(holds.active)),
  },
  { label: 'End within a minute', value: count(holds.due_within_a_minute) },
  {
    label: 'Overdue',
    value: count(holds.overdue),
    note: 'ended, stock not given back yet',
    isAlarming: holds.overdue > 100,
  },
  {
    label: 'Waiting in line',
    value: linked('/reservations?status=waiting', count(waiting)),
  },
];

const OLD_SYNC_SECONDS = 120;

function warehouseFigures({ warehouse }: Overview): Figure[] {
  const { confirm, release, expire, cancel } = warehouse.waiting;
  return [
    {
      label: 'Gateway',
      value: warehouse.down_since === null ? 'answers' : 'down',
      note: warehouse.down_since !== null && (
        <>
          since <TimeAgo at={warehouse.down_since} />
        </>
      ),
      isAlarming: warehouse.down_since !== null,
    },
    {
      label: 'Syncs to send',
      value: linked('/warehouse', count(confirm + release + expire + cancel)),
      note: `oldest ${describeSpan(warehouse.oldest_seconds * 1_000)}`,
      isAlarming: warehouse.oldest_seconds > OLD_SYNC_SECONDS,
    },
    {
      label: 'Failed syncs',
      value: linked('/warehouse', count(warehouse.failed)),
      isAlarming: warehouse.failed > 0,
    },
  ];
}

const OLD_EVENT_SECONDS = 30;

const otherFigures = ({ publishing, dead_events, stock, imports_running }: Overview): Figure[] => [
  {
    label: 'Short levels',
    value: linked('/stock?tab=missing', count(stock.short_levels)),
    note: stock.short_units > 0 && `${plural(stock.short_units, 'unit')} missing`,
    isAlarming: stock.short_levels > 0,
  },
  {
    label: 'Wrong counters',
    value: linked('/reconciliation', stock.drift === null ? '–' : count(stock.drift)),
    note: (
      <>
        checked <TimeAgo at={stock.reconciled_at} none="never" />
      </>
    ),
    isAlarming: (stock.drift ?? 0) > 0,
  },
  {
    label: 'Publishing lag',
    value: describeSpan(publishing.oldest_unpublished_seconds * 1_000),
    isAlarming: publishing.oldest_unpublished_seconds > OLD_EVENT_SECONDS,
  },
  {
    label: 'Webhook endpoints',
    value:
      publishing.endpoints_behind.length === 0
        ? 'up to date'
        : `${publishing.endpoints_behind.length} behind`,
    note: publishing.endpoints_disabled > 0 && `${publishing.endpoints_disabled} disabled`,
    isAlarming: publishing.deliveries_failed > 0,
  },
  { label: 'Dead events', value: linked('/events', count(dead_events)), isAlarming: dead_events > 0 },
  { label: 'Imports running', value: linked('/imports', count(imports_running.length)) },
];

type BusySku = Overview['selling'][number];

const BUSY_COLUMNS: readonly Column<BusySku>[] = [
  { title: 'SKU', show: ({ sku }) => <SkuLink name={sku} /> },
  { title: 'Calls', show: ({ calls }) => count(calls), isNumber: true },
  { title: 'Units', show: ({ units }) => count(units), isNumber: true },
];

interface BusySkusProps {
  readonly title: string;
  readonly hint: string;
  readonly rows: readonly BusySku[];
}

const BusySkus = ({ title, hint, rows }: BusySkusProps) => (
  <Section title={title} hint={hint}>
    <RecordTable
      label={title}
      rows={rows}
      columns={BUSY_COLUMNS}
      rowKey={({ sku }) => sku}
      empty={{ title: 'None in the last 5 minutes' }}
    />
  </Section>
);
